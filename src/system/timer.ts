/** Calls `then` once, `ms` from now; answers how to call it off. An argument where tests are not to wait. */
export type Timer = (ms: number, then: () => void) => () => void;

/** Keeps no process alive. */
export const systemTimer: Timer = (ms, then) => {
	const timer = setTimeout(then, ms).unref();
	return () => clearTimeout(timer);
};

/** Resolves `ms` from now, or early when `signal` aborts. */
export function pause(
	ms: number,
	signal: AbortSignal,
	timer: Timer = systemTimer,
): Promise<void> {
	return new Promise((resolve) => {
		if (signal.aborted) return resolve();
		const end = () => {
			callOff();
			signal.removeEventListener("abort", end);
			resolve();
		};
		const callOff = timer(ms, end);
		signal.addEventListener("abort", end, { once: true });
	});
}

/** Resolves when `signal` aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
	return new Promise((resolve) => {
		if (signal.aborted) resolve();
		else signal.addEventListener("abort", () => resolve(), { once: true });
	});
}
