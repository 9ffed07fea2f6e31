/**
 * How long a test waits for what must come, in ms. Not how long it takes, but when nobody believes in it any more:
 * the suite runs on machines that have ten other things to do.
 */
export const patienceMs = 180_000;

/** The same where the virtual machine's emulated processor does the work. */
export const guestPatienceMs = 2 * patienceMs;
