import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { jpegFromFrame } from "../../src/media/rtp/jpeg.ts";
import { eventually, until, videoDescription } from "../helpers/media.ts";
import {
	brokenCamera,
	children,
	compressingCamera,
	h264Camera,
	h264Mode,
	jpegCamera,
	jpegMode,
} from "./compressing-camera.ts";

describe("a camera that compresses its pictures itself", () => {
	const { camera, stream, watch, said, engine } = compressingCamera();

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
		const { all } = watch("jpeg").frames;
		const some = watch("slow").frames.all;
		await until(
			() => some.length > 5 && all.length > 3 * some.length,
			"three of the camera's pictures for each of the slow stream",
		);
	});

	test("a snapshot is the camera's own picture, another size is made of it", async () => {
		camera(jpegMode, jpegCamera);
		const own = await eventually(() => engine().snapshot("jpeg"));
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
		const small = await eventually(() => engine().snapshot("sub"));
		const at = small.indexOf("ffc0", 0, "hex");
		assert.equal(small.readUInt16BE(at + 7), 160);
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
