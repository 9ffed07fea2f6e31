/* Pictures that carry their own time: milliseconds of the wall clock as black and white blocks along the top edge. */

export const width = 1280;
export const height = 720;
export const frameRate = 15;
/** I420. */
export const pictureOctets = (width * height * 3) / 2;
/** Rows that the blocks take. */
export const blockRows = 32;

/** 24 bits of the time and 8 to check them by. */
const blocks = 32;
const blockWidth = width / blocks;
const period = 2 ** 24;
const [dark, light] = [32, 220];

const check = (time: number) =>
	((time & 0xff) * 7 + ((time >> 8) & 0xff) * 31 + (time >> 16) * 127 + 85) &
	0xff;

/** Writes the time into the luma rows on top. */
export function paint(picture: Buffer, now: number): void {
	const time = Math.round(now) % period;
	const bits = [time, check(time)] as const;
	for (let block = 0; block < blocks; block++) {
		const bit =
			block < 24 ? (bits[0] >> block) & 1 : (bits[1] >> (block - 24)) & 1;
		for (let row = 0; row < blockRows; row++) {
			const from = row * width + block * blockWidth;
			picture.fill(bit ? light : dark, from, from + blockWidth);
		}
	}
}

/**
 * Milliseconds from a picture's time until `now`; undefined when it cannot be read.
 * @param luma one row of luma from amid the blocks, `width` octets
 */
export function age(luma: Uint8Array, now: number): number | undefined {
	let time = 0;
	let sum = 0;
	for (let block = 0; block < blocks; block++) {
		const at = Math.floor((block + 0.5) * blockWidth);
		const bit = (luma[at] ?? 0) > (dark + light) / 2 ? 1 : 0;
		if (block < 24) time |= bit << block;
		else sum |= bit << (block - 24);
	}
	if (sum !== check(time)) return undefined;
	const late = (Math.round(now) % period) - time;
	return late < -period / 2 ? late + period : late;
}
