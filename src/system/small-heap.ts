import { setFlagsFromString } from "node:v8";

/**
 * Keeps the heap of this process small however it was started; to be called before anything is loaded.
 * The program's first line sets the sizes, which V8 reads only once, before any of our code runs: `node onvifd.js`
 * passes that line over. These two V8 reads whenever it thinks about growing: the space for new objects stays at
 * its first megabyte, and the old ones are collected when there are a fifth more of them than the last time. Where the first line holds, that
 * would only cost time.
 */
export function keepHeapSmall(): void {
	if (process.execArgv.some((flag) => flag.startsWith("--max-old-space-size")))
		return;
	setFlagsFromString("--semi-space-growth-factor=1");
	setFlagsFromString("--heap-growing-percent=20");
}
