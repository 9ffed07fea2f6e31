/**
 * The nth multicast group of a test's process: another run of its file is not heard there.
 * @param file a number of its own, 0 to 127.
 */
export function groupOfProcess(file: number, n: number): string {
	const { pid } = process;
	return `239.${128 + file}.${(pid >> 5) & 0xff}.${((pid & 0x1f) << 3) | n}`;
}

/** Below those that the kernel and ffmpeg choose from: no socket of theirs can have it. */
export const groupPort = 4000;
