import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { EncoderChoice } from "../../src/media/gstreamer/encoder-choice.ts";
import { modeOnceThere } from "../../src/media/gstreamer/first-look.ts";
import { streamPath } from "../../src/media/gstreamer/stream-path.ts";
import { StreamPaths } from "../../src/media/gstreamer/stream-paths.ts";
import type { MediaSource, StreamPlan } from "../../src/media/types.ts";
import type {
	CaptureMode,
	CompressedMode,
} from "../../src/system/capture-mode.ts";
import { encoderConfiguration } from "../helpers/media.ts";

const size = { width: 1280, height: 720, frameRate: 15 };
const v4l2 = { kind: "v4l2", device: "/dev/camera" } as const;
const main: StreamPlan = { token: "main", encoder: encoderConfiguration(size) };
const sub: StreamPlan = {
	token: "sub",
	encoder: encoderConfiguration({ ...size, width: 640, height: 360 }),
};
const titled: StreamPlan = {
	...main,
	osds: [
		{
			token: "osd",
			position: { type: "UpperLeft" },
			textString: {
				type: "Plain",
				plainText: "A",
				fontSize: 16,
				fontColor: "#ffffff",
			},
		},
	],
};
const relayed: MediaSource = {
	kind: "rtsp",
	url: "rtsp://camera/1",
	transport: "tcp",
	user: null,
	password: null,
	verifyCertificate: true,
	original: null,
	passThrough: true,
};
const jpeg: StreamPlan = {
	token: "jpeg",
	encoder: encoderConfiguration({ ...size, encoding: "JPEG" }),
};
const h264: CompressedMode = { ...size, fourcc: "H264", compression: "h264" };
const mjpg: CompressedMode = { ...size, fourcc: "MJPG", compression: "jpeg" };
const yuyv: CaptureMode = { ...size, fourcc: "YUYV", rawFormat: "YUY2" };

describe("the path of a stream", () => {
	// biome-ignore format: a table
	const cases: [string, MediaSource, StreamPlan, CaptureMode | undefined, string | undefined, string?][] = [
		["H.264 of its size", v4l2, main, h264, "camera's own H.264, untouched"],
		["a second size of H.264 on one node", v4l2, sub, h264, "camera's H.264, decoded once, x264enc", "the camera gives one size at a time, now 1280x720"],
		["H.264 that comes too fast", v4l2, main, { ...h264, frameRate: 30 }, "camera's H.264, decoded once, x264enc", "the camera gives 30 fps, of which none can be left out for 15"],
		["JPEG out of H.264", v4l2, jpeg, h264, "camera's H.264, decoded once, jpegenc"],
		["JPEG of its size", v4l2, jpeg, mjpg, "camera's JPEG, untouched"],
		["H.264 out of JPEG", v4l2, main, mjpg, "camera's JPEG, decoded once, x264enc"],
		["H.264 out of raw pictures", v4l2, main, yuyv, "camera's YUYV, converted once, x264enc"],
		["H.264 out of what encoders read", v4l2, main, { ...size, fourcc: "YU12", rawFormat: "I420" }, "camera's YU12, x264enc"],
		["JPEG out of raw pictures", v4l2, jpeg, yuyv, "camera's YUYV, converted once, jpegenc"],
		["a device that is not there", v4l2, main, undefined, undefined],
		["the test picture", { kind: "test", pattern: "ball", clock: true }, main, undefined, "test picture, x264enc"],
		["H.264 of its size with an OSD", v4l2, titled, h264, "camera's H.264, decoded once, x264enc", "an OSD is drawn into its pictures"],
		["another camera's, with an OSD", relayed, titled, undefined, "camera's video, decoded once, x264enc", "an OSD is drawn into its pictures"],
		["another camera's, which is not asked yet", relayed, main, undefined, undefined],
		["a file", { kind: "file", path: "/srv/film.mp4" }, jpeg, undefined, "video file, decoded once, jpegenc"],
	];
	for (const [name, source, stream, mode, path, because] of cases)
		test(name, () => {
			const found = streamPath({ source }, stream, mode, "x264enc");
			assert.equal(found?.path, path);
			assert.equal(found?.because, because);
		});
});

function listen(known: readonly string[]) {
	const said: string[] = [];
	const note = (level: string) => (text: string, fields?: object) => {
		if (text !== "encoder chosen")
			said.push(`${level} ${text} ${JSON.stringify(fields)}`);
	};
	const log = { info: note("info"), warn: note("warn"), error: note("error") };
	const choice = new EncoderChoice({
		known: () => Promise.resolve(new Set(known)),
		attempt: () => Promise.resolve(undefined),
		log,
	});
	return { paths: new StreamPaths(choice, log), said };
}

test("each stream's path is said once, and again when it turns out otherwise", async () => {
	const { paths, said } = listen(["x264enc"]);
	const capture = { source: v4l2, ...size };
	await paths.announce(capture, [main, sub, jpeg], h264);
	assert.deepEqual(said, [
		'info stream path {"stream":"main","path":"camera\'s own H.264, untouched"}',
		'info stream path {"stream":"sub","path":"camera\'s H.264, decoded once, x264enc","because":"the camera gives one size at a time, now 1280x720"}',
		'info stream path {"stream":"jpeg","path":"camera\'s H.264, decoded once, jpegenc"}',
	]);
	paths.say(capture, main, h264, undefined);
	assert.equal(said.length, 3);
	paths.say(capture, main, yuyv, "x264enc");
	assert.equal(
		said[3],
		'info stream path {"stream":"main","path":"camera\'s YUYV, converted once, x264enc"}',
	);
});

test("H.264 without an encoder: said for the camera's other pictures, not for its own H.264", async () => {
	const { paths, said } = listen([]);
	const capture = { source: v4l2, ...size };
	await paths.announce(capture, [main], h264);
	assert.match(said[0] ?? "", /own H\.264, untouched/);
	await paths.announce(capture, [main], yuyv);
	assert.equal(
		said[1],
		'error a stream has no encoder and will give no picture {"stream":"main","wanted":"H.264 1280x720","reason":"the GStreamer element x264enc is missing: apt-get install gstreamer1.0-plugins-ugly","camera":"gives YUYV 1280x720, no H.264 that could be passed on"}',
	);
});

test("a device that was not there is looked at once it is, and no longer than some tries", async (t) => {
	// The wait itself keeps no process alive.
	const alive = setInterval(() => {}, 1000);
	t.after(() => clearInterval(alive));
	const signal = new AbortController().signal;
	const capture = { source: v4l2, ...size };
	let looks = 0;
	const device = (there: (look: number) => boolean) => ({
		mode: () => {
			looks += 1;
			return there(looks)
				? Promise.resolve(yuyv)
				: Promise.reject(new Error("not there"));
		},
		explain: () => Promise.resolve(undefined),
		whenBack: () => Promise.resolve(),
	});
	assert.deepEqual(
		await modeOnceThere(
			capture,
			device((look) => look === 3),
			signal,
		),
		yuyv,
	);
	assert.equal(looks, 3);
	const stopping = new AbortController();
	const stopped = modeOnceThere(
		capture,
		{
			...device(() => false),
			whenBack: () => {
				stopping.abort();
				return Promise.resolve();
			},
		},
		stopping.signal,
	);
	assert.equal(await stopped, undefined);
	assert.equal(looks, 3);
});
