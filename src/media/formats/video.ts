import type { StreamPlan } from "../types.ts";
import type { StreamFormat } from "./format.ts";
import { H264Format } from "./h264.ts";
import { JpegFormat } from "./jpeg.ts";

export const videoClockRate = 90_000;
/** A group of pictures of 2 Mbit/s and eight seconds. */
export const groupOfPicturesOctets = 2 * 1024 * 1024;

/** The format of what a stream's plan asks for. */
export function videoFormat({ encoder, chain }: StreamPlan): StreamFormat {
	if (encoder.encoding === "JPEG") return new JpegFormat(encoder);
	// v4l2compress keeps to no bit rate.
	const bitrateKbit = chain ? undefined : encoder.bitrateKbit;
	return new H264Format({ ...encoder, bitrateKbit });
}
