import type { CaptureMode } from "../../system/capture-mode.ts";
import type { CapturePlan, StreamPlan } from "../types.ts";
import { isDrawnOn, passes, rateOf, wantedOf } from "./feed.ts";
import type { H264Encoder } from "./h264-encoders.ts";

/** How a stream comes about, in words for people. */
export interface StreamPath {
	readonly path: string;
	/** Why it is not a shorter one, where one could think so. */
	readonly because?: string | undefined;
}

const ours = { h264: "H.264", jpeg: "JPEG" } as const;

/**
 * The way of a stream's pictures from the source to its viewers, when the device gives them in `mode`.
 * Undefined for another camera, which is asked only when somebody watches, unless its video cannot be taken as it is.
 */
export function streamPath(
	{ source }: Pick<CapturePlan, "source">,
	stream: Pick<StreamPlan, "encoder" | "osds">,
	mode: CaptureMode | undefined,
	h264Encoder: H264Encoder | undefined,
): StreamPath | undefined {
	const element = stream.encoder.encoding === "JPEG" ? "jpegenc" : h264Encoder;
	switch (source.kind) {
		case "test":
			return { path: `test picture, ${element}` };
		case "file":
			return { path: `video file, decoded once, ${element}` };
		case "rtsp":
			return isDrawnOn(stream)
				? { path: `camera's video, decoded once, ${element}`, because: drawnOn }
				: undefined;
		case "v4l2":
			return mode && devicePath(stream, mode, element);
	}
}

const drawnOn = "an OSD is drawn into its pictures";

function devicePath(
	stream: Pick<StreamPlan, "encoder" | "osds">,
	mode: CaptureMode,
	element: string | undefined,
): StreamPath {
	const { compression, fourcc } = mode;
	if (compression === undefined) {
		const converted = mode.rawFormat === "I420" ? "" : "converted once, ";
		return { path: `camera's ${fourcc}, ${converted}${element}` };
	}
	if (passes(mode, wantedOf(stream)))
		return {
			path:
				compression === "h264"
					? "camera's own H.264, untouched"
					: "camera's JPEG, untouched",
		};
	return {
		path: `camera's ${ours[compression]}, decoded once, ${element}`,
		because: whyNotPassed(stream, mode),
	};
}

/** Why a stream of the camera's own encoding is encoded anew. */
function whyNotPassed(
	{ encoder, osds }: Pick<StreamPlan, "encoder" | "osds">,
	{ compression, width, height, frameRate }: CaptureMode,
): string | undefined {
	if ((encoder.encoding === "H264") !== (compression === "h264"))
		return undefined;
	if (isDrawnOn({ osds })) return drawnOn;
	if (encoder.width !== width || encoder.height !== height)
		return `the camera gives one size at a time, now ${width}x${height}`;
	return `the camera gives ${frameRate} fps, of which none can be left out for ${rateOf(encoder)}`;
}
