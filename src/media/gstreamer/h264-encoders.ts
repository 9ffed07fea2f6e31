import type { VideoEncoderConfiguration } from "../../camera/types.ts";

/** GStreamer's H.264 encoders that we know to set up, best first: those in hardware, then those in software. */
export const h264Encoders = [
	"v4l2h264enc",
	"cedar_h264enc",
	"omxh264enc",
	"vah264enc",
	"vaapih264enc",
	"nvh264enc",
	"x264enc",
	"openh264enc",
] as const;

export type H264Encoder = (typeof h264Encoders)[number];

/** What one of them is set to. */
export type H264Settings = Pick<
	VideoEncoderConfiguration,
	| "width"
	| "height"
	| "frameRate"
	| "encodingInterval"
	| "bitrateKbit"
	| "govLength"
	| "h264Profile"
>;

/** Hardware may be there and not work; software works wherever it is installed. */
export function inHardware(encoder: H264Encoder): boolean {
	return encoder !== "x264enc" && encoder !== "openh264enc";
}

const softwareProfiles = {
	Baseline: "constrained-baseline",
	Main: "main",
	High: "high",
} as const;

/** What makes x264's fastest preset really produce each profile: without these tools it writes Baseline, whatever the caps say. */
const x264Tools = {
	Baseline: ["cabac=false"],
	Main: ["cabac=true"],
	High: ["cabac=true", "dct8x8=true"],
} as const;

/** Hardware names its simplest profile either way. */
const profiles = {
	Baseline: "profile=(string){constrained-baseline,baseline}",
	Main: "profile=main",
	High: "profile=high",
} as const;

/** Annex A of H.264, macroblocks a second. The Raspberry Pi's encoder starts only with a level that is enough. */
function level({ width, height, frameRate }: H264Settings): string {
	const load = Math.ceil(width / 16) * Math.ceil(height / 16) * frameRate;
	if (load <= 245_760) return "4";
	return load <= 522_240 ? "4.2" : "5.1";
}

function element(encoder: H264Encoder, settings: H264Settings): string[] {
	const { bitrateKbit, govLength } = settings;
	const bits = bitrateKbit * 1000;
	switch (encoder) {
		case "v4l2h264enc":
			return [
				encoder,
				// A driver passes over the controls that it does not have.
				`extra-controls=controls,video_bitrate=${bits},video_gop_size=${govLength},h264_i_frame_period=${govLength},repeat_sequence_header=1`,
			];
		case "cedar_h264enc":
			return [encoder, `bitrate=${bitrateKbit}`, `keyint=${govLength}`];
		case "omxh264enc":
			return [
				encoder,
				"control-rate=variable",
				`target-bitrate=${bits}`,
				`interval-intraframes=${govLength}`,
			];
		case "vah264enc":
			return [
				encoder,
				"b-frames=0",
				`bitrate=${bitrateKbit}`,
				`key-int-max=${govLength}`,
			];
		case "vaapih264enc":
			return [
				encoder,
				"max-bframes=0",
				"rate-control=cbr",
				`bitrate=${bitrateKbit}`,
				`keyframe-period=${govLength}`,
			];
		case "nvh264enc":
			return [
				encoder,
				"zerolatency=true",
				"rc-mode=cbr",
				`bitrate=${bitrateKbit}`,
				`gop-size=${govLength}`,
			];
		case "x264enc":
			return [
				// One thread and no slices: sliced pictures came out corrupt in ffmpeg-based clients.
				encoder,
				"speed-preset=ultrafast",
				"tune=zerolatency",
				"threads=1",
				"bframes=0",
				...x264Tools[settings.h264Profile],
				`bitrate=${bitrateKbit}`,
				`key-int-max=${govLength}`,
			];
		case "openh264enc":
			return [
				encoder,
				"complexity=low",
				"multi-thread=1",
				"rate-control=bitrate",
				`bitrate=${bits}`,
				`gop-size=${govLength}`,
			];
	}
}

function outputCaps(encoder: H264Encoder, settings: H264Settings): string {
	switch (encoder) {
		case "x264enc":
		case "openh264enc":
			return `video/x-h264,profile=${softwareProfiles[settings.h264Profile]}`;
		case "cedar_h264enc":
			return "video/x-h264";
		case "v4l2h264enc":
			return `video/x-h264,${profiles[settings.h264Profile]},level=(string)${level(settings)}`;
		default:
			return `video/x-h264,${profiles[settings.h264Profile]}`;
	}
}

/** From I420 pictures to H.264, for a launch line. */
export function h264Elements(
	encoder: H264Encoder,
	settings: H264Settings,
): string[] {
	// Hardware wants NV12 mostly.
	const convert = inHardware(encoder) ? ["videoconvert", "!"] : [];
	return [
		...convert,
		...element(encoder, settings),
		"!",
		outputCaps(encoder, settings),
	];
}
