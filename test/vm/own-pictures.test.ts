import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { ffprobe } from "./guest-players.ts";
import {
	type GuestService,
	rtspPort,
	startGuestService,
} from "./guest-service.ts";
import { vividDevice } from "./vivid.ts";
import { prepareVm, startVm, type Vm } from "./vm.ts";

const skip = (await prepareVm()) ?? false;

const user = {
	name: "admin",
	password: "correct horse 7",
	level: "Administrator",
};
const size = { width: 320, height: 240, frameRate: 10 };
const main = { token: "main", encoding: "H264", ...size, bitrateKbit: 300 };
const sub = { ...main, token: "sub", width: 160, height: 120 };
const jpeg = { ...size, token: "jpeg", encoding: "JPEG", frameRate: 5 };

/** GStreamer's test picture written into a v4l2loopback device: a camera that compresses by itself. */
const picture =
	"gst-launch-1.0 -q videotestsrc is-live=true pattern=ball ! video/x-raw,format=I420,width=320,height=240,framerate=10/1 !";
const jpegDevice = "/dev/video10";
const h264Device = "/dev/video11";
const cameras = [
	[jpegDevice, "MJPG", "jpegenc"],
	[
		h264Device,
		"H264",
		"x264enc speed-preset=ultrafast tune=zerolatency threads=1 key-int-max=10 ! video/x-h264,stream-format=byte-stream,alignment=au,profile=constrained-baseline",
	],
] as const;

describe("V4L2 cameras that compress their pictures themselves", {
	skip,
}, () => {
	let vm: Vm;
	let service: GuestService | undefined;
	const feeding: Promise<unknown>[] = [];

	before(async () => {
		vm = await startVm({
			ports: [rtspPort, rtspPort + 1, rtspPort + 2, rtspPort + 3],
		});
		await vm.must("modprobe vivid n_devs=4 node_types=0x1,0x1,0x1,0x1");
		await vm.must("modprobe v4l2loopback video_nr=10,11 exclusive_caps=1,1");
		for (const [device, fourcc, encoder] of cameras) {
			await vm.must(
				`v4l2-ctl -d ${device} -c keep_format=1 && v4l2-ctl -d ${device} --set-fmt-video-out=pixelformat=${fourcc},width=320,height=240 && v4l2-ctl -d ${device} --set-output-parm 10`,
			);
			// v4l2sink does not accept GStreamer's own JPEG. It ends with the machine.
			feeding.push(
				vm
					.run(
						`${picture} ${encoder} ! filesink buffer-mode=unbuffered location=${device}`,
						3_600_000,
					)
					.catch(() => undefined),
			);
			await vm.must(
				`until v4l2-ctl -d ${device} --list-formats-ext | grep ${fourcc}; do sleep 0.2; done`,
			);
		}
	});
	afterEach(async () => {
		const stopped = await service?.stop();
		service = undefined;
		assert.equal(stopped?.exitCode, 0);
	});
	after(async () => {
		await vm?.stop();
		await Promise.all(feeding);
	});

	async function serve(
		source: { device: string; format?: string },
		profiles: readonly object[],
	): Promise<GuestService> {
		service = await startGuestService(vm, {
			users: [user],
			source: { v4l2: source },
			profiles,
		});
		return service;
	}

	function play(profile: string, port = rtspPort): Promise<string> {
		const login = `${user.name}:${encodeURIComponent(user.password)}`;
		const url = `rtsp://${login}@127.0.0.1:${vm.port(port)}/${profile}`;
		return ffprobe(url, () => service?.said());
	}

	const programs = () =>
		vm.must(
			"for pid in $(pgrep -x gst-launch-1.0); do tr '\\0' ' ' </proc/$pid/cmdline; echo; done",
		);

	test("JPEG passes through for JPEG profiles and is decoded for the others", async () => {
		const { says } = await serve({ device: jpegDevice }, [main, sub, jpeg]);
		await says(`stream=jpeg-encoder path="camera's JPEG, untouched"`);
		assert.equal(await play("jpeg"), "mjpeg,320,240,10");
		await says("320x240");
		assert.equal(await play("main"), "h264,320,240,10");
		assert.equal(await play("sub"), "h264,160,120,10");
	});

	test("JPEG goes through untouched: nothing decodes or encodes it", async () => {
		const { says } = await serve({ device: jpegDevice }, [jpeg]);
		const probing = play("jpeg");
		await says("capture mode");
		assert.equal(await probing, "mjpeg,320,240,10");
		const lines = (await programs())
			.split("\n")
			.filter((line) => line.includes("shm"));
		assert.ok(
			!lines.some((line) => /jpegenc|jpegdec/.test(line)),
			lines.join("\n"),
		);
	});

	test("H.264 passes through for the profile of its size and is decoded for the others", async () => {
		const { says } = await serve({ device: h264Device }, [main, sub, jpeg]);
		await says(`stream=main-encoder path="camera's own H.264, untouched"`);
		await says(
			`stream=sub-encoder path="camera's H.264, decoded once, x264enc" because="the camera gives one size at a time, now 320x240"`,
		);
		assert.equal(await play("main"), "h264,320,240,10");
		await says(
			'cannot be set in everything device=/dev/video11 missing="bit rate, GOP length, H.264 profile, key frames on request"',
		);
		const lines = (await programs())
			.split("\n")
			.filter((line) => line.includes("shm"));
		assert.ok(
			!lines.some((line) => /264(enc|dec)|avdec/.test(line)),
			lines.join("\n"),
		);
		assert.equal(await play("sub"), "h264,160,120,10");
		assert.equal(await play("jpeg"), "mjpeg,320,240,10");
	});

	test("a format that the camera does not have: the message says what it has", async () => {
		const { says } = await serve({ device: vividDevice, format: "h264" }, [
			main,
		]);
		await says(
			`${vividDevice} (vivid) offers no h264 pictures that can be taken; it offers YUYV up to 3840x2160`,
		);
	});

	test("raw pictures of several sizes and rates: the log says mode and path before anybody watches, then each is played", async () => {
		const sizes = [
			{ width: 320, height: 180, frameRate: 30, rate: 30 },
			{ width: 640, height: 360, frameRate: 15, rate: 15 },
			{ width: 640, height: 480, frameRate: 25, rate: 25 },
			{ width: 1280, height: 720, frameRate: 12, rate: 12.5 },
		];
		service = await startGuestService(vm, {
			users: [user],
			cameras: sizes.map(({ rate: _, ...size }, n) => ({
				token: `camera${n}`,
				http: { port: 8080 + n },
				rtsp: { port: rtspPort + n },
				source: { v4l2: { device: `/dev/video${n}` } },
				profiles: [{ ...main, ...size }],
			})),
		});
		for (const [n, { width, height, rate }] of sizes.entries()) {
			await service.says(
				`device=/dev/video${n} gives="YU12 ${width}x${height}, ${rate} fps"`,
			);
			await service.says(
				`stream path camera=camera${n} stream=main-encoder path="camera's YU12, x264enc"`,
			);
		}
		assert.doesNotMatch(await programs(), /shm/);
		for (const [n, { width, height }] of sizes.entries())
			assert.equal(
				await play("main", rtspPort + n),
				`h264,${width},${height},10`,
			);
	});

	test("a size beyond the camera's: said with what it has, and enlarged", async () => {
		const { says } = await serve({ device: h264Device, format: "h264" }, [
			{ ...main, width: 640, height: 480 },
		]);
		await says(
			`the camera has no picture as large as the profiles device=${h264Device} wanted=640x480 gives="H264 320x240, 10 fps"`,
		);
		await says("decoded once, x264enc");
		assert.equal(await play("main"), "h264,640,480,10");
	});
});
