import assert from "node:assert/strict";
import { afterEach, describe, test } from "node:test";
import type { DeviceAccess } from "../../src/media/gstreamer/capture.ts";
import { GstreamerEngine } from "../../src/media/gstreamer/engine.ts";
import { Hub } from "../../src/media/hub.ts";
import { jpegFromFrame } from "../../src/media/rtp/jpeg.ts";
import type { Frame, Plan, Stream } from "../../src/media/types.ts";
import type { CompressedMode } from "../../src/system/capture-mode.ts";
import { systemClock } from "../../src/system/clock.ts";
import type { VideoControlAccess } from "../../src/system/video-control-access.ts";
import type { VideoControl } from "../../src/system/video-controls.ts";
import { gstreamerChildren } from "../helpers/children.ts";
import {
	encoderConfiguration,
	until,
	videoDescription,
} from "../helpers/media.ts";

const size = { width: 320, height: 240, frameRate: 15 };
const source = { kind: "v4l2", device: "/dev/camera" } as const;
const plan: Plan = {
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

const jpegMode: CompressedMode = {
	...size,
	fourcc: "MJPG",
	compression: "jpeg",
};
const h264Mode: CompressedMode = {
	...size,
	fourcc: "H264",
	compression: "h264",
};
const raw =
	"videotestsrc is-live=true ! video/x-raw,format=I420,width=320,height=240,framerate=15/1 !";
const jpegCamera = `${raw} jpegenc quality=33`;
const h264Camera = `${raw} x264enc tune=zerolatency threads=1 key-int-max=8 ! video/x-h264,stream-format=byte-stream,alignment=au,profile=main`;
const brokenCamera =
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

function children() {
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

describe("a camera that compresses its pictures itself", () => {
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

	test("JPEG goes through untouched, and is decoded once for all others while they watch", async () => {
		camera(jpegMode, jpegCamera);
		const jpeg = watch("jpeg");
		await jpeg.frames.more(5);
		assert.equal(children().decoders.length, 0);
		assert.equal(
			children().encoders.some(({ commandLine }) =>
				commandLine.includes("jpegenc"),
			),
			false,
		);
		const [main, sub] = [watch("main"), watch("sub")];
		await Promise.all([main.frames.more(5), sub.frames.more(5)]);
		assert.equal(children().captures.length, 1);
		assert.equal(children().decoders.length, 1);
		assert.equal((await videoDescription(stream("sub"))).width, 160);
		main.detach();
		sub.detach();
		await until(() => children().decoders.length === 0, "the decoder's end");
		await jpeg.frames.more(3);
		assert.ok(
			said.includes(
				'capture mode {"device":"/dev/camera","gives":"MJPG 320x240, 15 fps"}',
			),
			said.join("\n"),
		);
	});

	for (const [mode, line] of [
		[jpegMode, jpegCamera],
		[h264Mode, h264Camera],
	] as const)
		for (const frameRate of [15, undefined])
			test(`${mode.fourcc} that is smaller than the profiles, at ${frameRate ?? "an unknown rate of"} fps, is said and enlarged`, async () => {
				const small = { ...mode, width: 160, height: 120, frameRate };
				const pictures = line.replace(
					"width=320,height=240",
					"width=160,height=120",
				);
				camera(small, pictures);
				const viewers = ["main", "sub", "jpeg"].map(
					(token) => watch(token).frames,
				);
				await Promise.all(viewers.map((frames) => frames.more(3)));
				assert.equal(children().decoders.length, 1);
				const gives = `${mode.fourcc} 160x120, ${frameRate ?? "unknown"} fps`;
				assert.ok(
					said.includes(
						`the camera has no picture as large as the profiles {"device":"/dev/camera","wanted":"320x240","gives":"${gives}"}`,
					),
					said.join("\n"),
				);
			});

	test("of JPEG some pictures are left out for a lower rate", async () => {
		camera(jpegMode, jpegCamera);
		const { frames } = watch("slow");
		await frames.more(4);
		const [first, second] = frames.all.slice(-2);
		assert.ok(first && second);
		const apart = (second.rtpTimestamp - first.rtpTimestamp) >>> 0;
		assert.ok(apart > 90_000 / 5, `${apart} of 90000 a second`);
	});

	test("a snapshot is the camera's own picture, another size is made of it", async () => {
		camera(jpegMode, jpegCamera);
		const own = await engine.snapshot("jpeg");
		// libjpeg's table for quality 33.
		const quantization = own.readUInt8(own.indexOf("ffdb", 0, "hex") + 5);
		assert.equal(quantization, Math.floor((16 * 151 + 50) / 100));
		const { frames } = watch("jpeg");
		await frames.more(1);
		const [frame] = frames.all;
		assert.ok(frame);
		assert.equal(
			jpegFromFrame(frame).readUInt8(
				jpegFromFrame(frame).indexOf("ffdb", 0, "hex") + 5,
			),
			quantization,
		);
		const small = await engine.snapshot("sub");
		const at = small.indexOf("ffc0", 0, "hex");
		assert.equal(small.readUInt16BE(at + 7), 160);
	});

	test("H.264 goes through untouched, and is decoded for the others", async () => {
		camera(h264Mode, h264Camera);
		const main = watch("main");
		await main.frames.more(10);
		assert.equal(main.frames.all[0]?.key, true);
		assert.equal(children().decoders.length, 0);
		assert.match((await stream("main").describe()).fmtp ?? "", /=4D40/i);
		assert.equal(
			children().encoders.some(({ commandLine }) =>
				commandLine.includes("264enc"),
			),
			false,
		);
		const [sub, jpeg] = [watch("sub"), watch("jpeg")];
		await Promise.all([sub.frames.more(5), jpeg.frames.more(5)]);
		assert.equal(children().decoders.length, 1);
	});

	test("the camera's own H.264 is set before it streams, and anew while it does", async () => {
		camera(h264Mode, h264Camera);
		const main = watch("main");
		await main.frames.more(3);
		assert.deepEqual(set, ["/dev/camera video_bitrate=2000000"]);
		assert.ok(
			said.includes(
				'the camera\'s own H.264 cannot be set in everything {"device":"/dev/camera","set":"video_bitrate=2000000","missing":"GOP length, H.264 profile"}',
			),
			said.join("\n"),
		);
		stream("main").requestKeyFrame();
		assert.equal(set[1], "/dev/camera force_key_frame=1, streaming");

		const [first, ...others] = plan.streams;
		assert.ok(first);
		const encoder = { ...first.encoder, bitrateKbit: 500 };
		engine.apply({ ...plan, streams: [{ ...first, encoder }, ...others] });
		await main.frames.more(3);
		assert.equal(set[2], "/dev/camera video_bitrate=500000, streaming");
		assert.equal(set.length, 3);
	});

	test("what a camera gives is said before anybody watches, once it is there", async () => {
		camera(h264Mode, h264Camera, 2);
		assert.deepEqual(await engine.check(), ["no camera"]);
		const wanted = [
			'capture mode {"device":"/dev/camera","gives":"H264 320x240, 15 fps"}',
			'stream path {"stream":"main","path":"camera\'s own H.264, untouched"}',
			'stream path {"stream":"sub","path":"camera\'s H.264, decoded once, x264enc","because":"the camera gives one size at a time, now 320x240"}',
		];
		await until(
			() => wanted.every((line) => said.includes(line)),
			"the paths",
		).catch((error: Error) =>
			assert.fail(`${error.message}\n${said.join("\n")}`),
		);
		assert.deepEqual(gstreamerChildren(), { captures: [], encoders: [] });
		await watch("main").frames.more(2);
		for (const line of wanted)
			assert.equal(said.filter((one) => one === line).length, 1, line);
	});

	test("nobody takes the camera's own H.264 as it comes: it is left alone", async () => {
		camera({ ...h264Mode, frameRate: 60 }, h264Camera);
		await watch("sub").frames.more(2);
		assert.deepEqual(set, []);
	});

	for (const victim of ["captures", "decoders", "encoders"] as const)
		test(`kill -9 of one of the ${victim}: all pictures come back`, async () => {
			camera(jpegMode, jpegCamera);
			const viewers = ["jpeg", "main"].map((token) => watch(token).frames);
			await Promise.all(viewers.map((frames) => frames.more(3)));
			const [child] = children()[victim];
			assert.ok(child);
			process.kill(child.pid, "SIGKILL");
			await until(
				() => !children()[victim].some(({ pid }) => pid === child.pid),
				"its end",
			);
			await Promise.all(viewers.map((frames) => frames.more(5)));
		});

	test("broken JPEG: the message names the camera and its mode", async () => {
		camera(jpegMode, brokenCamera);
		watch("jpeg");
		await until(
			() =>
				said.some((line) =>
					line.includes(
						"/dev/camera, which gives MJPG of 320x240: none of its pictures can be read; are they broken?",
					),
				),
			"the message",
		);
	});
});
