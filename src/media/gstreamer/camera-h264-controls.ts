import type { VideoControl } from "../../system/video-controls.ts";
import type { H264Settings } from "./h264-encoders.ts";

/** What a camera's own H.264 encoder can be told. */
export type CameraH264Settings = Pick<
	H264Settings,
	"bitrateKbit" | "govLength" | "h264Profile"
>;

/** What becomes of a profile's settings in a camera that encodes by itself. */
export interface CameraH264Controls {
	/** In the order to set them in. */
	readonly values: readonly {
		readonly token: string;
		readonly value: number;
	}[];
	/** What the camera goes its own way in, in words for people. */
	readonly missing: readonly string[];
	/** The button that asks for a key frame; undefined where there is none. */
	readonly keyFrame: string | undefined;
}

/** linux/v4l2-controls.h, enum v4l2_mpeg_video_h264_profile, best first. Constrained Baseline is what all that play Baseline really play. */
const profiles = {
	Baseline: [1, 0],
	Main: [2],
	High: [4],
} as const;

/** Which controls of a camera stand for a profile's settings, with values that they take. */
export function cameraH264Controls(
	controls: readonly VideoControl[],
	settings: CameraH264Settings,
): CameraH264Controls {
	const { bitrateKbit, govLength, h264Profile } = settings;
	const find = (...tokens: readonly string[]) =>
		tokens
			.map((token) => controls.find((one) => one.token === token))
			.find((one) => one !== undefined && !one.readOnly);
	const missing: string[] = [];
	const wished = (
		what: string,
		control: VideoControl | undefined,
		wish: (control: VideoControl) => number | undefined,
	) => {
		const value = control && wish(control);
		if (value === undefined) missing.push(what);
		return control && value !== undefined
			? [{ token: control.token, value }]
			: [];
	};
	const values = [
		...wished("bit rate", find("video_bitrate"), (control) =>
			nearest(control, bitrateKbit * 1000),
		),
		// Raspberry Pi's has the first, others the second; who has both counts key frames by the first.
		...wished(
			"GOP length",
			find("h264_i_frame_period", "video_gop_size"),
			(control) => nearest(control, govLength),
		),
		...wished("H.264 profile", find("h264_profile"), (control) =>
			profiles[h264Profile].find((value) => isOffered(control, value)),
		),
	];
	const repeat = find("repeat_sequence_header");
	// Who joins later needs the parameter sets; GStreamer repeats them for a camera that does not.
	if (repeat) values.push({ token: repeat.token, value: 1 });
	const keyFrame = find("force_key_frame")?.token;
	if (keyFrame === undefined) missing.push("key frames on request");
	return { values, missing, keyFrame };
}

function isOffered({ min, max, menu }: VideoControl, value: number): boolean {
	if (menu.length > 0) return menu.some((choice) => choice.value === value);
	return value >= (min ?? value) && value <= (max ?? value);
}

/** The value nearest to `wish` that a control takes. */
function nearest({ min, max, step }: VideoControl, wish: number): number {
	const low = min ?? 0;
	const by = Math.max(1, step ?? 1);
	const most = low + Math.floor(((max ?? wish) - low) / by) * by;
	const value = low + Math.round((wish - low) / by) * by;
	return Math.min(most, Math.max(low, value));
}
