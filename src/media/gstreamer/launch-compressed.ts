import {
	type CompressedMode,
	frameRateFraction,
	isWithin,
} from "../../system/capture-mode.ts";
import {
	compressedCaps,
	fromShared,
	h264Payload,
	jpegPayload,
	madeRaw,
	quiet,
	type RawFormat,
	sharedCaps,
	toShared,
	toStdout,
} from "./launch-parts.ts";
import { toVideoRange } from "./range.ts";

/* Launch lines for what a camera compresses itself. */

/** What the camera compresses, from shared memory, decoded once into other shared memory for all who want it raw. */
export function decoderLine(
	plan: RawFormat,
	socketPath: string,
	mode: CompressedMode,
	compressedPath: string,
): string[] {
	const decode =
		mode.compression === "jpeg"
			? // Each picture stands alone: late ones may be left out.
				["queue", "leaky=downstream", "max-size-buffers=1", "!", "jpegdec"]
			: ["h264parse", "!", "avdec_h264"];
	return [
		...quiet,
		...fromShared(compressedPath),
		"!",
		sharedCaps(mode),
		"!",
		...decode,
		...madeRaw(mode, plan),
		...(mode.compression === "jpeg" ? ["!", ...toVideoRange] : []),
		"!",
		...toShared(plan, socketPath),
	];
}

/**
 * What the camera compressed, untouched, to RTP on stdout. JPEG pictures may be left out for a lower rate.
 * A camera is asked for a key frame by its device, if it can be: no event gets through shared memory, and nothing is read from stdin.
 */
export function passLine(
	mode: CompressedMode,
	frameRate: number,
	socketPath: string,
): string[] {
	const fewer = [
		"videorate",
		"drop-only=true",
		"!",
		`image/jpeg,framerate=${frameRateFraction(frameRate)}`,
		"!",
	];
	const payload =
		mode.compression === "h264"
			? h264Payload
			: [...(isWithin(mode.frameRate, frameRate) ? [] : fewer), ...jpegPayload];
	return [
		...quiet,
		...fromShared(socketPath),
		"!",
		compressedCaps(mode),
		"!",
		...payload,
		"!",
		...toStdout,
	];
}

/** The camera's own JPEG picture, untouched, on stdout. */
export function jpegLine(mode: CompressedMode, socketPath: string): string[] {
	return [
		...quiet,
		...fromShared(socketPath),
		"num-buffers=1",
		"!",
		compressedCaps(mode),
		"!",
		"fdsink",
		"fd=1",
		"sync=false",
		"async=false",
	];
}
