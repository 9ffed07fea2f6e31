import type { Frame } from "../types.ts";
import { extensionOf } from "./jpeg-extension.ts";
import {
	dri,
	segment,
	segmentsIn,
	sizeIn,
	sos,
	startOfFrame,
} from "./jpeg-markers.ts";
import { quantizationTables } from "./jpeg-quantization.ts";
import { huffmanSegments } from "./jpeg-tables.ts";
import { payloadOffset } from "./packet.ts";

/** The JPEG header that precedes each packet's part of the picture (RFC 2435, 3.1). */
interface JpegHeader {
	readonly type: number;
	readonly width: number;
	readonly height: number;
	/** Frames with restart markers: MCUs from one to the next (3.1.7). */
	readonly restartInterval: number | undefined;
	/** In the first packet, when Q is 128 or more (3.1.8), or those that a lower Q stands for. */
	readonly quantization: Buffer | undefined;
	readonly data: Buffer;
}

const restartTypes = 64;

function parse(payload: Buffer): JpegHeader {
	const fragmentOffset = payload.readUIntBE(1, 3);
	const type = payload.readUInt8(4);
	const q = payload.readUInt8(5);
	let at = 8;
	let restartInterval: number | undefined;
	if (type >= restartTypes) {
		restartInterval = payload.readUInt16BE(at);
		at += 4;
	}
	let quantization = q < 128 ? quantizationTables(q) : undefined;
	if (q >= 128 && fragmentOffset === 0) {
		const length = payload.readUInt16BE(at + 2);
		quantization = payload.subarray(at + 4, at + 4 + length);
		at += 4 + length;
	}
	return {
		type,
		width: payload.readUInt8(6) * 8,
		height: payload.readUInt8(7) * 8,
		restartInterval,
		quantization,
		data: payload.subarray(at),
	};
}

function quantizationSegments(tables: Buffer): Buffer {
	const segments: Buffer[] = [];
	for (let index = 0; (index + 1) * 64 <= tables.length; index++)
		segments.push(
			segment(0xdb, [index, ...tables.subarray(index * 64, (index + 1) * 64)]),
		);
	return Buffer.concat(segments);
}

const startOfImage = Buffer.from([0xff, 0xd8]);
const endOfImage = Buffer.from([0xff, 0xd9]);
const startOfScan = segment(sos, [3, 1, 0x00, 2, 0x11, 3, 0x11, 0, 63, 0]);

/** The JPEG file that a frame of an RTP/JPEG stream carries (RFC 2435, appendix B). */
export function jpegFromFrame(frame: Frame): Buffer {
	return Buffer.concat(jpegSegments(frame));
}

/**
 * The same in pieces, for who puts more around it.
 * @throws Error for a frame that is no JPEG, or whose quantisation tables stood in an earlier one, as another camera's may.
 */
export function jpegSegments(frame: Frame): readonly Buffer[] {
	const packets = frame.packets.map((start, index) => {
		const next = frame.packets[index + 1];
		const end = next === undefined ? undefined : next - 4;
		return frame.interleaved.subarray(start, end);
	});
	const parts = packets.map((packet) =>
		parse(packet.subarray(payloadOffset(packet))),
	);
	const [packet] = packets;
	const [first] = parts;
	const given = packet && extensionOf(packet);
	if (!first?.quantization?.length)
		throw new Error("the JPEG frame has no quantisation tables");
	return [
		startOfImage,
		quantizationSegments(first.quantization),
		huffmanSegments,
		...headOf(first, first.quantization.length / 64, given),
		...parts.map((part) => part.data),
		endOfImage,
	];
}

/** What stands before the scan, as far as ONVIF's header extension does not bring it (Streaming spec, "Logical decoding specification"). */
function headOf(
	first: JpegHeader,
	tables: number,
	given: Buffer = Buffer.of(),
): readonly Buffer[] {
	const brought = [...segmentsIn(given)];
	const has = (wanted: number) => brought.some(({ code }) => code === wanted);
	const { restartInterval, type } = first;
	const restart = restartInterval && !has(dri);
	return [
		given,
		...(brought.some(({ code, body }) => sizeIn(code, body))
			? []
			: [startOfFrame(type, first, tables)]),
		...(restart
			? [segment(dri, [restartInterval >> 8, restartInterval & 0xff])]
			: []),
		...(has(sos) ? [] : [startOfScan]),
	];
}
