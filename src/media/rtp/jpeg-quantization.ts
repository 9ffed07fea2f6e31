/** The tables of RFC 2435, appendix A, in zigzag order, from which those of a quality from 1 to 99 are reckoned. */

const luminance = [
	16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24, 40, 26, 24, 22,
	22, 24, 49, 35, 37, 29, 40, 58, 51, 61, 60, 57, 51, 56, 55, 64, 72, 92, 78,
	64, 68, 87, 69, 55, 56, 80, 109, 81, 87, 95, 98, 103, 104, 103, 62, 77, 113,
	121, 112, 100, 120, 92, 101, 103, 99,
];
const chrominance = [
	17, 18, 18, 24, 21, 24, 47, 26, 26, 47, 99, 66, 56, 66,
].concat(new Array<number>(50).fill(99));

/** Both tables of a frame that names its quality instead of sending them (RFC 2435, 3.1.8). */
export function quantizationTables(q: number): Buffer {
	const factor = Math.min(99, Math.max(1, q));
	const scale = factor < 50 ? Math.floor(5000 / factor) : 200 - factor * 2;
	return Buffer.from(
		[...luminance, ...chrominance].map((value) =>
			Math.min(255, Math.max(1, Math.floor((value * scale + 50) / 100))),
		),
	);
}
