export interface Box {
	readonly type: string;
	readonly data: Buffer;
}

/** The boxes that lie one after the other in `data`; throws where they do not fill it. */
export function boxes(data: Buffer): Box[] {
	const found: Box[] = [];
	let at = 0;
	while (at < data.length) {
		const length = data.readUInt32BE(at);
		if (length < 8 || at + length > data.length)
			throw new Error(`a box of ${length} octets at ${at} of ${data.length}`);
		found.push({
			type: data.toString("latin1", at + 4, at + 8),
			data: data.subarray(at + 8, at + length),
		});
		at += length;
	}
	return found;
}

/** What the first box of each type holds, going in; `types` as in `moov/trak/tkhd`. */
export function inside(data: Buffer, types: string): Buffer {
	let here = data;
	for (const type of types.split("/")) {
		const found = boxes(here).find((box) => box.type === type);
		if (!found) throw new Error(`there is no ${type} of ${types}`);
		here = found.data;
	}
	return here;
}

/** Of a fragment of one sample. */
export function sampleOf(fragment: Buffer) {
	const tfdt = inside(fragment, "moof/traf/tfdt");
	const trun = inside(fragment, "moof/traf/trun");
	return {
		sequenceNumber: inside(fragment, "moof/mfhd").readUInt32BE(4),
		track: inside(fragment, "moof/traf/tfhd").readUInt32BE(4),
		decodeTime: Number(tfdt.readBigUInt64BE(4)),
		duration: trun.readUInt32BE(12),
		size: trun.readUInt32BE(16),
		key: trun.readUInt32BE(20) === 0x2000000,
		data: inside(fragment, "mdat"),
	};
}
