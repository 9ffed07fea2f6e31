import assert from "node:assert/strict";
import { afterEach } from "node:test";
import type { DeviceAccess } from "../../src/media/gstreamer/capture.ts";
import { GstreamerEngine } from "../../src/media/gstreamer/engine.ts";
import { Hub } from "../../src/media/hub.ts";
import type { Frame, Plan, Stream } from "../../src/media/types.ts";
import type { CompressedMode } from "../../src/system/capture-mode.ts";
import { systemClock } from "../../src/system/clock.ts";
import type { VideoControlAccess } from "../../src/system/video-control-access.ts";
import type { VideoControl } from "../../src/system/video-controls.ts";
import { gstreamerChildren } from "../helpers/children.ts";
import { encoderConfiguration, until } from "../helpers/media.ts";

const size = { width: 320, height: 240, frameRate: 15 };
const source = { kind: "v4l2", device: "/dev/camera" } as const;
export const plan: Plan = {
	capture: { source, ...size },
	streams: [
		{ token: "main", encoder: encoderConfiguration(size) },
		{
			token: "sub",
			encoder: encoderConfiguration({ ...size, width: 160, height: 120 }),
		},
		{
			token: "jpeg",
			encoder: encoderConfiguration({ ...size, encoding: "JPEG" }),
		},
		{
			token: "slow",
			encoder: encoderConfiguration({
				...size,
				encoding: "JPEG",
				frameRate: 3,
			}),
		},
	],
};

export const jpegMode: CompressedMode = {
	...size,
	fourcc: "MJPG",
	compression: "jpeg",
};
export const h264Mode: CompressedMode = {
	...size,
	fourcc: "H264",
	compression: "h264",
};
const raw =
	"videotestsrc is-live=true ! video/x-raw,format=I420,width=320,height=240,framerate=15/1 !";
export const jpegCamera = `${raw} jpegenc quality=33`;
export const h264Camera = `${raw} x264enc tune=zerolatency threads=1 key-int-max=8 ! video/x-h264,stream-format=byte-stream,alignment=au,profile=main`;
export const brokenCamera =
	"fakesrc is-live=true sizetype=fixed sizemax=5000 filltype=random ! identity sleep-time=60000";

const control: VideoControl = {
	token: "",
	type: "int",
	min: 25_000,
	max: 25_000_000,
	step: 25_000,
	default: 10_000_000,
	value: undefined,
	menu: [],
	inactive: false,
	readOnly: false,
};

class Frames {
	readonly all: Frame[] = [];
	frame(frame: Frame): void {
		this.all.push(frame);
	}
	end(): void {}
	more(count: number): Promise<void> {
		const wanted = this.all.length + count;
		return until(() => this.all.length >= wanted, `${count} more frames`);
	}
}

/** What runs below this process. */
export function children() {
	const { captures, encoders } = gstreamerChildren();
	const isDecoder = ({ commandLine }: { commandLine: string }) =>
		commandLine.includes("shmsink");
	return {
		captures: captures.filter(
			({ commandLine }) => !commandLine.includes("shmsrc"),
		),
		decoders: encoders.filter(isDecoder),
		encoders: encoders.filter((child) => !isDecoder(child)),
	};
}

/** An engine before such a camera, another one for each test of a suite; nothing may run after a test. */
export function compressingCamera() {
	let engine: GstreamerEngine;
	let hub: Hub;
	const said: string[] = [];
	/** What was set on the camera, and whether it was captured from then. */
	const set: string[] = [];
	const kept = new Map<string, number>();
	afterEach(async () => {
		await engine.stop();
		assert.deepEqual(gstreamerChildren(), { captures: [], encoders: [] });
	});

	/** A camera whose encoder has a bit rate and a button for key frames. */
	const controls: VideoControlAccess = {
		list: () =>
			Promise.resolve([
				{
					...control,
					token: "video_bitrate",
					value: kept.get("video_bitrate"),
				},
				{ ...control, token: "force_key_frame", type: "button" },
			]),
		set(device, token, value) {
			const captured = children().captures.length > 0;
			set.push(`${device} ${token}=${value}${captured ? ", streaming" : ""}`);
			kept.set(token, value);
			return Promise.resolve(undefined);
		},
	};

	/** It is there at the `missing`-th look and later ones. */
	function camera(mode: CompressedMode, line: string, missing = 0): void {
		let looks = 0;
		said.length = 0;
		set.length = 0;
		kept.clear();
		const device: DeviceAccess = {
			controls,
			mode: () =>
				looks++ < missing
					? Promise.reject(new Error("no camera"))
					: Promise.resolve(mode),
			explain: () => Promise.resolve(undefined),
			whenBack: () => Promise.resolve(),
		};
		hub = new Hub(() => undefined);
		const note = (text: string, fields?: object) => {
			said.push(`${text} ${JSON.stringify(fields)}`);
		};
		engine = new GstreamerEngine({
			hub,
			device,
			clock: systemClock,
			log: { info: note, warn: note, error: note },
			captureLine: (_plan, socketPath) => [
				"-q",
				...line.split(" "),
				..."! shmsink wait-for-connection=false sync=false async=false shm-size=2000000".split(
					" ",
				),
				`socket-path=${socketPath}`,
			],
		});
		engine.apply(plan);
	}
	function stream(token: string): Stream {
		const found = hub.get(token);
		assert.ok(found);
		return found;
	}
	function watch(token: string) {
		const frames = new Frames();
		const { detach } = stream(token).attach(frames);
		return { frames, detach };
	}

	return { camera, stream, watch, said, set, engine: () => engine };
}
