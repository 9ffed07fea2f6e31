import type { StreamPlan } from "../types.ts";
import type { StreamFormat } from "./format.ts";
import { H264Format } from "./h264.ts";
import { JpegFormat } from "./jpeg.ts";

/** The format of what a stream's plan asks for. */
export function videoFormat({ encoder, chain }: StreamPlan): StreamFormat {
	if (encoder.encoding === "JPEG") return new JpegFormat(encoder);
	// v4l2compress keeps to no bit rate.
	const bitrateKbit = chain ? undefined : encoder.bitrateKbit;
	return new H264Format({ ...encoder, bitrateKbit });
}
