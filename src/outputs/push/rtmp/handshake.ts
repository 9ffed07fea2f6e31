import { RtmpError } from "./message.ts";

const version = 3;
const length = 1536;

/** C0 and C1 (RTMP 1.0, 5.2.2 and 5.2.3). @param random 1,528 octets */
export function greeting(random: Buffer): Buffer {
	return Buffer.concat([Buffer.of(version), Buffer.alloc(8), random]);
}

/** How many octets of random `greeting` wants. */
export const greetingRandom = length - 8;

/**
 * C2, the echo of S1; undefined while S0, S1 and S2 have not all come.
 * @throws RtmpError for another protocol
 */
export function greetingAnswer(
	data: Buffer,
): { readonly answer: Buffer; readonly rest: Buffer } | undefined {
	if (data.length > 0 && data[0] !== version)
		throw new RtmpError("what answers there speaks no RTMP");
	if (data.length < 1 + 2 * length) return undefined;
	return {
		answer: data.subarray(1, 1 + length),
		rest: data.subarray(1 + 2 * length),
	};
}
