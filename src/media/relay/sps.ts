export interface PictureSize {
	readonly width: number;
	readonly height: number;
}

/** Reads an H.264 parameter set bit by bit, with the emulation prevention octets taken out (7.3.1). */
class Bits {
	readonly #octets: number[] = [];
	#at = 0;

	constructor(unit: Buffer) {
		let zeros = 0;
		for (const octet of unit) {
			if (zeros >= 2 && octet === 3) {
				zeros = 0;
				continue;
			}
			zeros = octet === 0 ? zeros + 1 : 0;
			this.#octets.push(octet);
		}
	}

	/** @throws RangeError behind the end */
	bit(): number {
		const octet = this.#octets[this.#at >> 3];
		if (octet === undefined) throw new RangeError("the parameter set ends");
		return (octet >> (7 - (this.#at++ & 7))) & 1;
	}

	bits(count: number): number {
		let value = 0;
		for (let i = 0; i < count; i++) value = value * 2 + this.bit();
		return value;
	}

	/** ue(v), 9.1 */
	unsigned(): number {
		let zeros = 0;
		while (this.bit() === 0)
			if (++zeros > 31) throw new RangeError("the number is too long");
		return 2 ** zeros - 1 + this.bits(zeros);
	}

	/** se(v), 9.1.1 */
	signed(): number {
		const code = this.unsigned();
		return code & 1 ? (code + 1) / 2 : -code / 2;
	}
}

/** Profiles whose parameter set tells of chroma and scaling (7.3.2.1.1). */
const highProfiles = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128]);

function skipScalingLists(bits: Bits, chroma: number): void {
	for (let list = 0; list < (chroma === 3 ? 12 : 8); list++) {
		if (!bits.bit()) continue;
		let [last, next] = [8, 8];
		for (let i = 0; i < (list < 6 ? 16 : 64); i++) {
			if (next !== 0) next = (last + bits.signed() + 256) % 256;
			last = next === 0 ? last : next;
		}
	}
}

function chromaFormat(bits: Bits, profile: number): number {
	if (!highProfiles.has(profile)) return 1;
	const chroma = bits.unsigned();
	if (chroma === 3) bits.bit();
	bits.unsigned();
	bits.unsigned();
	bits.bit();
	if (bits.bit()) skipScalingLists(bits, chroma);
	return chroma;
}

function skipPictureOrder(bits: Bits): void {
	bits.unsigned();
	const type = bits.unsigned();
	if (type === 0) bits.unsigned();
	if (type !== 1) return;
	bits.bit();
	bits.signed();
	bits.signed();
	const count = bits.unsigned();
	for (let i = 0; i < count; i++) bits.signed();
}

function read(bits: Bits): PictureSize {
	bits.bits(8);
	const profile = bits.bits(8);
	bits.bits(16);
	bits.unsigned();
	const chroma = chromaFormat(bits, profile);
	skipPictureOrder(bits);
	bits.unsigned();
	bits.bit();
	const columns = bits.unsigned() + 1;
	const rows = bits.unsigned() + 1;
	const frames = bits.bit();
	if (!frames) bits.bit();
	bits.bit();
	const cropped = bits.bit() === 1;
	const [left = 0, right = 0, top = 0, bottom = 0] = cropped
		? [bits.unsigned(), bits.unsigned(), bits.unsigned(), bits.unsigned()]
		: [];
	const unitX = chroma === 1 || chroma === 2 ? 2 : 1;
	const unitY = (chroma === 1 ? 2 : 1) * (2 - frames);
	return {
		width: columns * 16 - unitX * (left + right),
		height: rows * 16 * (2 - frames) - unitY * (top + bottom),
	};
}

/** The size of the pictures that an H.264 sequence parameter set announces (7.3.2.1.1); undefined when it is broken. */
export function sizeFromSps(sps: Buffer): PictureSize | undefined {
	try {
		const size = read(new Bits(sps));
		return size.width > 0 && size.height > 0 ? size : undefined;
	} catch (error) {
		if (error instanceof RangeError) return undefined;
		throw error;
	}
}
