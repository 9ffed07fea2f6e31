import assert from "node:assert/strict";
import { after, before, describe, type TestContext, test } from "node:test";
import { execa } from "execa";
import { Cam } from "onvif/promises/index.js";
import { guestPatienceMs } from "../helpers/patience.ts";
import { RtspClient } from "../rtsp/rtsp-client.ts";
import { ffprobe, watch } from "./guest-players.ts";
import {
	type GuestService,
	httpPort,
	rtspPort,
	startGuestService,
} from "./guest-service.ts";
import { failStreaming, plugIn, unplug, vividDevice } from "./vivid.ts";
import { prepareVm, startVm, type Vm } from "./vm.ts";

const skip = (await prepareVm()) ?? false;

const user = {
	name: "admin",
	password: "correct horse 7",
	level: "Administrator",
};
const config = {
	users: [user],
	source: { v4l2: { device: vividDevice } },
	profiles: [
		// The guest's processor is an emulated one.
		{
			token: "main",
			encoding: "H264",
			width: 640,
			height: 360,
			frameRate: 10,
			bitrateKbit: 500,
		},
		{
			token: "sub",
			encoding: "H264",
			width: 320,
			height: 180,
			frameRate: 5,
			bitrateKbit: 200,
		},
		{ token: "jpeg", encoding: "JPEG", width: 320, height: 176, frameRate: 5 },
	],
};

describe("a V4L2 camera", { skip }, () => {
	let vm: Vm;
	let service: GuestService;

	before(async () => {
		vm = await startVm({ ports: [rtspPort, httpPort] });
		await plugIn(vm);
		service = await startGuestService(vm, config);
	});
	after(() => vm?.stop());

	function url(profile: string): string {
		const login = `${user.name}:${encodeURIComponent(user.password)}`;
		return `rtsp://${login}@127.0.0.1:${vm.port(rtspPort)}/${profile}`;
	}

	async function describeStatus(
		t: TestContext,
		profile = "main",
	): Promise<number> {
		const client = await RtspClient.connect(t, vm.port(rtspPort));
		client.login = { user: user.name, password: user.password };
		const { status } = await client.request(
			"DESCRIBE",
			`rtsp://127.0.0.1:${vm.port(rtspPort)}/${profile}`,
		);
		client.socket.destroy();
		return status;
	}

	/** As players do, asks again while there is no picture; emulated, the first one may take longer than a DESCRIBE waits. */
	async function comesBack(t: TestContext, profile = "main"): Promise<void> {
		const limit = performance.now() + guestPatienceMs;
		for (;;) {
			const status = await describeStatus(t, profile);
			if (status === 200) return;
			assert.equal(status, 503);
			assert.ok(performance.now() < limit, await service.said());
			await new Promise((resolve) => setTimeout(resolve, 200));
		}
	}

	const play = (profile: string) => ffprobe(url(profile), () => service.said());

	async function profileTokens(): Promise<readonly string[]> {
		const camera = new Cam({
			hostname: "127.0.0.1",
			port: vm.port(httpPort),
			username: user.name,
			password: user.password,
			autoconnect: false,
			// The guest's own address leads nowhere from here.
			preserveAddress: true,
		});
		await camera.connect();
		const profiles: readonly { $: { token: string } }[] =
			await camera.getProfiles();
		return profiles.map((profile) => profile.$.token);
	}

	test("is played by ffprobe in every profile", async () => {
		assert.equal(await play("main"), "h264,640,360,10");
		assert.equal(await play("sub"), "h264,320,180,10");
		assert.equal(await play("jpeg"), "mjpeg,320,176,10");
	});

	test("comes back to its viewers after a fatal error of the driver", async (t) => {
		await comesBack(t);
		const viewer = watch(t, url("main"));
		await viewer.moves();
		await failStreaming(vm);
		await service.says("capture ended and is started anew");
		await viewer.moves();
		assert.equal(await play("main"), "h264,640,360,10");
	});

	test("that is unplugged stays announced, and comes back", async (t) => {
		await comesBack(t);
		const viewer = watch(t, url("main"));
		await viewer.moves();
		await unplug(vm);
		t.after(() => plugIn(vm));
		await service.says(
			`${vividDevice} is not there: is the camera plugged in?`,
		);
		assert.equal(await describeStatus(t), 503);
		assert.deepEqual(await profileTokens(), ["main", "sub", "jpeg"]);
		await assert.rejects(
			execa("ffprobe", ["-v", "error", url("main")], { stdin: "ignore" }),
			/503 Service Unavailable/,
		);

		await plugIn(vm);
		await viewer.moves();
		assert.equal(await play("main"), "h264,640,360,10");
		assert.equal(await play("jpeg"), "mjpeg,320,176,10");
		await vm.must(`kill -0 ${service.pid}`);
	});

	test("that another program uses is said to be in use, by whom", async (t) => {
		// Without viewers the camera is left alone.
		await vm.must("until ! pgrep -x gst-launch-1.0; do sleep 0.2; done");
		const other = vm.run(
			`v4l2-ctl -d ${vividDevice} --stream-mmap --stream-count=100000 & echo $! >/host/other; wait`,
		);
		await vm.must(
			"until [ -s /host/other ] && ls -l /proc/$(cat /host/other)/fd | grep -q video0; do sleep 0.1; done",
		);
		assert.equal(await describeStatus(t), 503);
		await service.says(`${vividDevice} (vivid) is used by v4l2-ctl`);
		await vm.must("kill $(cat /host/other)");
		await other;
		assert.equal(await play("main"), "h264,640,360,10");
	});

	test("leaves nothing behind when the service stops", async () => {
		const { exitCode } = await service.stop();
		assert.equal(exitCode, 0);
		assert.equal(await vm.must("pgrep -x gst-launch-1.0 || true"), "");
		assert.equal(await vm.must("ls /dev/shm"), "");
	});

	test("that is plugged in only after the start is served", async (t) => {
		await unplug(vm);
		service = await startGuestService(vm, config);
		assert.equal(await describeStatus(t), 503);
		assert.deepEqual(await profileTokens(), ["main", "sub", "jpeg"]);
		await plugIn(vm);
		await service.says(`stream=main-encoder path="camera's YU12, x264enc"`);
		assert.equal(await play("main"), "h264,640,360,10");
		assert.equal((await service.stop()).exitCode, 0);
	});

	test("that comes back under another number is found by its name that stays", async (t) => {
		const name = "/dev/v4l/by-id/usb-camera-video-index0";
		// As udev does.
		const link = (number: number) =>
			vm.must(`mkdir -p /dev/v4l/by-id; ln -sfn ../../video${number} ${name}`);
		await link(0);
		service = await startGuestService(vm, {
			...config,
			source: { v4l2: { device: name } },
		});
		await comesBack(t);
		const viewer = watch(t, url("main"));
		await viewer.moves();
		await unplug(vm);
		await vm.must(`rm ${name}`);
		await service.says(`${name} is not there: is the camera plugged in?`);
		await plugIn(vm, 5);
		await vm.must("[ -e /dev/video5 ] && [ ! -e /dev/video0 ]");
		await link(5);
		await viewer.moves();
		assert.equal(await play("sub"), "h264,320,180,10");
		assert.equal((await service.stop()).exitCode, 0);
	});
});
