/** ONVIF's deepest types nest about fifteen levels inside the envelope. */
export const MAX_DEPTH = 64;
export const MAX_ATTRIBUTES = 64;
