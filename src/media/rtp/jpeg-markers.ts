/** Segments of a JPEG file (ITU-T T.81, B). */

export const dht = 0xc4;
export const sof0 = 0xc0;
export const sos = 0xda;
export const dri = 0xdd;

/** Pixels. */
export interface JpegSize {
	readonly width: number;
	readonly height: number;
}

export function segment(code: number, body: readonly number[]): Buffer {
	const length = body.length + 2;
	return Buffer.from([0xff, code, length >> 8, length & 0xff, ...body]);
}

/** Of RTP/JPEG's types 0 (4:2:2) and 1 (4:2:0), as RFC 2435 has it in appendix B; `tables` counts those of quantisation. */
export function startOfFrame(
	type: number,
	{ width, height }: JpegSize,
	tables: number,
): Buffer {
	const luminanceSampling = (type & 1) === 0 ? 0x21 : 0x22;
	const chromaTable = tables > 1 ? 1 : 0;
	const size = [height >> 8, height & 0xff, width >> 8, width & 0xff];
	const chroma = [0x11, chromaTable];
	// biome-ignore format: a component a line
	return segment(sof0, [8, ...size, 3,
		1, luminanceSampling, 0,
		2, ...chroma,
		3, ...chroma,
	]);
}

/** The segments that stand one after the other, by their codes, up to what is none; each is a view of its body. */
export function* segmentsIn(
	octets: Buffer,
): Iterable<{ readonly code: number; readonly body: Buffer }> {
	let at = 0;
	while (at + 4 <= octets.length) {
		if (octets.readUInt8(at) !== 0xff) return;
		const code = octets.readUInt8(at + 1);
		// Octets of 0xff may stand before any marker.
		if (code === 0xff) {
			at++;
			continue;
		}
		const end = at + 2 + octets.readUInt16BE(at + 2);
		if (end > octets.length || end < at + 4) return;
		yield { code, body: octets.subarray(at + 4, end) };
		at = end;
	}
}

/** What a segment tells of the picture's size, when it is one that does: baseline, extended or progressive. */
export function sizeIn(code: number, body: Buffer): JpegSize | undefined {
	if (code < sof0 || code > 0xc3 || body.length < 6) return undefined;
	return { height: body.readUInt16BE(1), width: body.readUInt16BE(3) };
}
