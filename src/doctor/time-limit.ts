/**
 * Calls `late` after so many milliseconds. What came in that time is taken first: when the processor was away, or
 * reading kept it busy, an answer may lie there unread when the timer fires. @returns calls it off
 */
export function timeLimit(ms: number, late: () => void): () => void {
	let immediate: NodeJS.Immediate | undefined;
	// Node reads its sockets after timers and before immediates.
	const timer = setTimeout(() => {
		immediate = setImmediate(late);
	}, ms);
	return () => {
		clearTimeout(timer);
		clearImmediate(immediate);
	};
}
