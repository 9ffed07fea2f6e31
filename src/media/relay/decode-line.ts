import { toVideoRange } from "../gstreamer/range.ts";
import type { MediaSource } from "../types.ts";

export type RtpEncoding = "H264" | "H265" | "JPEG";

const depayloaders: Readonly<Record<RtpEncoding, string>> = {
	H264: "rtph264depay",
	H265: "rtph265depay",
	JPEG: "rtpjpegdepay",
};
/** What the packets' arrival may vary by, so that pictures come in even steps. */
const evenOut = ["rtpjitterbuffer", "latency=100", "!"];

/** RTP on stdin, each packet behind its length (RFC 4571), to pictures; `before` works on the packets. */
export function decodedRtp(
	encoding: RtpEncoding,
	before: readonly string[] = [],
): string[] {
	return [
		"fdsrc",
		"fd=0",
		"do-timestamp=true",
		"!",
		`application/x-rtp-stream,media=video,clock-rate=90000,encoding-name=${encoding}`,
		"!",
		"rtpstreamdepay",
		"!",
		...before,
		depayloaders[encoding],
		"!",
		"decodebin",
	];
}

/** A video file to pictures, at the pace at which they were taken. */
function file(path: string): string[] {
	return ["filesrc", `location=${path}`, "!", "decodebin", "!", "clocksync"];
}

/** Another camera's video on stdin, encoded as `fed` says, or a file's, to pictures as `caps` wants them. */
export function decoded(
	from: Extract<MediaSource, { kind: "rtsp" | "file" }>,
	fed: RtpEncoding,
	caps: string,
): string[] {
	return [
		...(from.kind === "rtsp" ? decodedRtp(fed, evenOut) : file(from.path)),
		"!",
		"videorate",
		"!",
		"videoscale",
		"!",
		"videoconvert",
		"!",
		`${caps},pixel-aspect-ratio=1/1`,
		...(from.kind === "rtsp" && fed === "JPEG" ? ["!", ...toVideoRange] : []),
		"!",
		// A picture that videorate doubles must not lie in shared memory yet: shmsink 1.22 aborts on one that is
		// sent twice (sp_shmbuf_dec: Assertion `had_client' failed).
		"identity",
		"drop-allocation=true",
	];
}
