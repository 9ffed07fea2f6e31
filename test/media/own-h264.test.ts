import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { gstreamerChildren } from "../helpers/children.ts";
import { until } from "../helpers/media.ts";
import {
	children,
	compressingCamera,
	h264Camera,
	h264Mode,
	plan,
} from "./compressing-camera.ts";

describe("a camera's own H.264", () => {
	const { camera, stream, watch, said, set, engine } = compressingCamera();

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
		engine().apply({ ...plan, streams: [{ ...first, encoder }, ...others] });
		await main.frames.more(3);
		assert.equal(set[2], "/dev/camera video_bitrate=500000, streaming");
		assert.equal(set.length, 3);
	});

	test("what a camera gives is said before anybody watches, once it is there", async () => {
		camera(h264Mode, h264Camera, 2);
		assert.deepEqual(await engine().check(), ["no camera"]);
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
});
