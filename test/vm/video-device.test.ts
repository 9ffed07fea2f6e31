import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { prepareVm, startVm, type Vm } from "./vm.ts";

const skip = (await prepareVm()) ?? false;

describe("video devices as they are", { skip }, () => {
	let vm: Vm;

	before(async () => {
		vm = await startVm();
		await build({
			entryPoints: [
				fileURLToPath(new URL("guest-video-device.ts", import.meta.url)),
			],
			outfile: join(vm.share, "video-device.mjs"),
			bundle: true,
			platform: "node",
			format: "esm",
			banner: {
				js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
			},
			target: "node20",
			logLevel: "silent",
		});
		await vm.must(
			"modprobe vivid n_devs=1 node_types=0x1 && modprobe v4l2loopback video_nr=10,11 exclusive_caps=1,0 card_label=Exclusive,Loopback && modprobe vimc",
		);
	});
	after(() => vm?.stop());

	async function ask(task: string): Promise<Record<string, unknown>> {
		return JSON.parse(await vm.must(`node /host/video-device.mjs ${task}`));
	}

	test("vivid, through a link, is a camera with modes", async () => {
		await vm.must(
			"mkdir -p /dev/v4l/by-id && ln -s ../../video0 /dev/v4l/by-id/camera",
		);
		const info = await ask("probe /dev/v4l/by-id/camera 640x480@20");
		assert.deepEqual(info, {
			path: "/dev/v4l/by-id/camera",
			node: "/dev/video0",
			name: "vivid",
			driver: "vivid",
			bus: "platform:vivid-000",
			formats: 83,
			mode: {
				fourcc: "YU12",
				rawFormat: "I420",
				width: 640,
				height: 480,
				frameRate: 25,
			},
		});
	});

	test("the mode that was chosen is one that GStreamer captures", async () => {
		await vm.must(
			"gst-launch-1.0 v4l2src device=/dev/video0 num-buffers=3 ! video/x-raw,format=I420,width=640,height=480,framerate=25/1 ! fakesink",
		);
	});

	test("a control is set and reads back, a button is pressed, what is unknown is refused", async () => {
		const brightness = {
			token: "brightness",
			type: "int",
			min: 0,
			max: 255,
			step: 1,
			default: 128,
			value: 77,
			menu: [],
			inactive: false,
			readOnly: false,
		};
		assert.deepEqual(
			(await ask("controls /dev/video0 brightness=77")).control,
			brightness,
		);
		assert.match(
			await vm.must("v4l2-ctl -d /dev/video0 --get-ctrl brightness"),
			/^brightness: 77$/m,
		);
		// The kernel cuts what is too much without a word: only reading back tells.
		const much = await ask("controls /dev/video0 brightness=999");
		assert.deepEqual(much.control, { ...brightness, value: 255 });
		const unknown = await ask("controls /dev/video0 warmth=1");
		assert.match(String(unknown.refused), /unknown control 'warmth'/);
		const pressed = await ask("controls /dev/video0 button=1");
		assert.deepEqual(
			[pressed.refused, Reflect.get(Object(pressed.control), "type")],
			[undefined, "button"],
		);
		const loopback = await ask("controls /dev/video10 keep_format=0");
		assert.deepEqual(loopback.refused, undefined);
		assert.deepEqual(loopback.names, [
			"keep_format",
			"sustain_framerate",
			"timeout",
			"timeout_image_io",
		]);
	});

	test("vimc offers a range of sizes without rates", async () => {
		const { name, mode } = await ask("probe /dev/video3 642x482@20");
		assert.equal(name, "vimc");
		assert.deepEqual(mode, {
			fourcc: "BGR3",
			rawFormat: "BGR",
			width: 642,
			height: 482,
		});
	});

	test("a loopback device without a writer is silent", async () => {
		assert.deepEqual(await ask("probe /dev/video10"), {
			trouble: "silent",
			message:
				"/dev/video10 (Exclusive) gives no pictures: it is a loopback device that nothing writes to, or an output",
		});
		assert.deepEqual(await ask("explain /dev/video11"), {
			trouble: "silent",
			message:
				"/dev/video11 (Loopback) offers no picture format: does anything write to it?",
		});
	});

	test("what is no camera is said to be none, with what is there", async () => {
		const there =
			"There is /dev/video0 (vivid-000-vid-cap), /dev/video1 (Raw Capture 0), /dev/video2 (Raw Capture 1), /dev/video3 (RGB/YUV Capture), /dev/video10 (Exclusive), /dev/video11 (Loopback)";
		assert.deepEqual(await ask("probe /dev/null"), {
			trouble: "not-a-camera",
			message: `/dev/null is no video device. ${there}`,
		});
		assert.deepEqual(await ask("probe /dev/video7"), {
			trouble: "missing",
			message: `/dev/video7 is not there: is the camera plugged in? ${there}`,
		});
	});

	test("a user who may not open it is told how to", async () => {
		const said = await vm.must(
			"chmod 660 /dev/video0; cp /host/video-device.mjs /tmp; setpriv --reuid 65534 --regid 65534 --clear-groups node /tmp/video-device.mjs probe /dev/video0",
		);
		assert.deepEqual(JSON.parse(said), {
			trouble: "permission",
			message:
				"/dev/video0 may not be opened by this user: run `usermod -aG video USER` as root and start again",
		});
	});

	test("a camera in use names who uses it, and still says its modes", async () => {
		const holding = vm.run(
			"v4l2-ctl -d /dev/video0 --stream-mmap --stream-count=100000 & echo $! >/host/holder; wait",
		);
		await vm.must(
			"until [ -s /host/holder ] && ls -l /proc/$(cat /host/holder)/fd | grep -q video0; do sleep 0.1; done",
		);
		const { trouble, message } = await ask("explain /dev/video0");
		assert.equal(trouble, "busy");
		assert.match(
			String(message),
			/^\/dev\/video0 \(vivid\) is used by v4l2-ctl \(pid \d+\)$/,
		);
		const { formats } = await ask("probe /dev/video0 320x180@10");
		assert.equal(formats, 83);
		await vm.must("kill $(cat /host/holder)");
		await holding;
		assert.deepEqual(await ask("explain /dev/video0"), {});
	});

	test("a camera that is plugged in again ends the wait at once", async () => {
		await vm.must("modprobe -r vivid && [ ! -e /dev/video0 ]");
		const waiting = vm.must(
			"node /host/video-device.mjs wait /dev/video0 | tee /host/wait",
		);
		await vm.must("until grep -q waiting /host/wait; do sleep 0.1; done");
		await vm.must("modprobe vivid n_devs=1 node_types=0x1");
		assert.match(await waiting, /\{"there":"\/dev\/video0"\}/);
	});
});
