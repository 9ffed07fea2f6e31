import type { H264Sample } from "../../../media/mp4/h264-sample.ts";

/** Bodies of audio and video messages: those of FLV tags (Video File Format Specification 10, annex E.4). */

const avcKey = 0x17;
const avcInter = 0x27;
const aac = 0xaf;

/** @param record AVCDecoderConfigurationRecord */
export function avcHeader(record: Buffer): Buffer {
	return Buffer.concat([Buffer.of(avcKey, 0, 0, 0, 0), record]);
}

/** A picture, shown when it is decoded. */
export function avcPicture(sample: H264Sample): Buffer {
	const out = Buffer.allocUnsafe(5 + sample.size);
	out.writeUInt8(sample.key ? avcKey : avcInter, 0);
	out.writeUInt32BE(0x01000000, 1);
	sample.write(out, 5);
	return out;
}

/** @param config AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1) */
export function aacHeader(config: Buffer): Buffer {
	return Buffer.concat([Buffer.of(aac, 0), config]);
}

/** @param unit a raw data block */
export function aacSound(unit: Buffer): Buffer {
	return Buffer.concat([Buffer.of(aac, 1), unit]);
}
