import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { execa } from "execa";
import { parseMediaGraph } from "../../src/system/media-graph.ts";
import { ffprobe } from "./guest-players.ts";
import {
	type GuestService,
	rtspPort,
	startGuestService,
} from "./guest-service.ts";
import { prepareVm, startVm, type Vm } from "./vm.ts";

const skip = (await prepareVm()) ?? false;

// vimc alone in the guest, so that the kernel counts from 0: "Raw Capture 0", "Raw Capture 1", "RGB/YUV Capture".
const device = "/dev/video2";
const user = {
	name: "admin",
	password: "correct horse 7",
	level: "Administrator",
};

describe("a sensor behind a media controller", { skip }, () => {
	let vm: Vm;

	before(async () => {
		vm = await startVm({ ports: [rtspPort] });
		await build({
			entryPoints: [
				fileURLToPath(new URL("guest-media-sensor.ts", import.meta.url)),
			],
			outfile: join(vm.share, "media-sensor.mjs"),
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
			`modprobe vimc && [ "$(cat /sys/class/video4linux/video2/name)" = "RGB/YUV Capture" ]`,
		);
	});
	after(() => vm?.stop());

	async function setUp(
		task: string,
		as = "",
	): Promise<Record<string, unknown>> {
		return JSON.parse(
			await vm.must(`${as} node /host/media-sensor.mjs ${task}`),
		);
	}

	/** `Sensor B:0 SRGGB8_1X8 640x480`, a line each, and the links that carry pictures. */
	async function graph(): Promise<{ pads: string[]; links: string[] }> {
		const { entities } = parseMediaGraph(await vm.must("media-ctl -p"));
		const all = entities.flatMap(({ name, pads }) =>
			pads.map((pad) => ({ name, ...pad })),
		);
		return {
			pads: all.flatMap(({ name, index, format }) =>
				format
					? [`${name}:${index} ${format.code} ${format.width}x${format.height}`]
					: [],
			),
			links: all.flatMap(({ name, index, direction, links }) =>
				direction === "source"
					? links
							.filter(({ enabled }) => enabled)
							.map(({ entity, pad }) => `${name}:${index} -> ${entity}:${pad}`)
					: [],
			),
		};
	}

	test("is linked and set up from sensor to node, and what hangs on it too", async () => {
		assert.deepEqual(await setUp(`${device} 320x240@5 "Sensor B*"`), {
			kind: "raw",
			mode: { fourcc: "RGB3", rawFormat: "RGB", width: 320, height: 240 },
			notes: [
				'no JPEG from the sensor: "Sensor B" and "Debayer B" have no bus format for JPEG in common',
			],
		});
		const { pads, links } = await graph();
		assert.ok(links.includes("Debayer B:1 -> Scaler:0"));
		assert.ok(!links.includes("Debayer A:1 -> Scaler:0"));
		for (const pad of [
			"Sensor B:0 SBGGR8_1X8 320x240",
			"Debayer B:0 SBGGR8_1X8 320x240",
			"Debayer B:1 RGB888_1X24 320x240",
			"Scaler:0 RGB888_1X24 320x240",
			"Scaler:1 RGB888_1X24 320x240",
		])
			assert.ok(pads.includes(pad), `${pad} in ${pads.join("\n")}`);
		const raw = await vm.must("v4l2-ctl -d /dev/video1 --get-fmt-video");
		assert.match(raw, /320\/240\n[\s\S]*'BA81'/);
	});

	test("streams in the mode that was set up: no end of a link disagrees", async () => {
		await vm.must(
			`gst-launch-1.0 v4l2src device=${device} num-buffers=3 ! video/x-raw,format=RGB,width=320,height=240 ! fakesink`,
		);
	});

	test("a size beyond the sensor's is cut down, and said", async () => {
		const { mode, notes } = await setUp(`${device} 8000x6000@5 "Sensor B"`);
		assert.deepEqual(mode, {
			fourcc: "RGB3",
			rawFormat: "RGB",
			width: 4096,
			height: 2160,
		});
		assert.match(
			String(notes),
			/sensor "Sensor B":0 gives pictures of 4096x2160 instead of 8000x6000/,
		);
	});

	test("a sensor that is not there is told apart from those that are", async () => {
		const { trouble, message } = await setUp(`${device} 320x240@5 "ov5640 *"`);
		assert.equal(trouble, "failed");
		assert.equal(
			message,
			`no sensor named "ov5640 *" leads to ${device} in /dev/media0; its sensors are "Sensor A", "Sensor B", "RGB/YUV Input": mend source.v4l2.mediaController.entity`,
		);
	});

	test("who may not open the controller is told how to, and who streams is named", async () => {
		await vm.must(`cp /host/media-sensor.mjs /tmp; chmod 666 ${device}`);
		const nobody = "setpriv --reuid 65534 --regid 65534 --clear-groups";
		const task = `${device} 320x240@5`;
		const said = JSON.parse(
			await vm.must(`cd /tmp; ${nobody} node media-sensor.mjs ${task}`),
		);
		assert.equal(said.trouble, "permission", said.message);
		assert.match(said.message, /^\/dev\/media0 .*usermod -aG video USER/);

		await setUp(`${task} "Sensor B"`);
		const holding = vm.run(
			`gst-launch-1.0 v4l2src device=${device} ! video/x-raw,format=RGB,width=320,height=240 ! fakesink & echo $! >/host/holder; wait`,
		);
		await vm.must(
			`until media-ctl --set-v4l2 '"Sensor B":0[fmt:SBGGR8_1X8/320x240]' | grep -q busy; do sleep 0.2; done`,
		);
		const busy = await setUp(`${device} 640x480@5 "Sensor B"`);
		assert.equal(busy.trouble, "busy");
		assert.match(
			String(busy.message),
			/^the sensor "Sensor B" of \/dev\/video2 cannot be set up while it streams: it is used by gst-launch-1\.0 \(pid \d+\): stop it/,
		);
		await vm.must("kill $(cat /host/holder)");
		await holding;
	});

	describe("in the service", () => {
		let service: GuestService;
		const config = {
			users: [user],
			source: {
				v4l2: { device, mediaController: { entity: "Sensor *" } },
			},
			profiles: [
				{
					token: "main",
					encoding: "H264",
					width: 320,
					height: 240,
					frameRate: 5,
					bitrateKbit: 300,
				},
			],
		};

		function play(): Promise<string> {
			const login = `${user.name}:${encodeURIComponent(user.password)}`;
			const url = `rtsp://${login}@127.0.0.1:${vm.port(rtspPort)}/main`;
			return ffprobe(url, () => service.said(), 5);
		}

		test("is played by ffprobe, and again when somebody else has set it up otherwise", async () => {
			service = await startGuestService(vm, config);
			assert.equal(await play(), "h264,320,240,5");
			await vm.must("until ! pgrep -x gst-launch-1.0; do sleep 0.2; done");
			await vm.must(
				`media-ctl --set-v4l2 '"Sensor B":0[fmt:UYVY8_2X8/640x480]'; media-ctl --set-v4l2 '"Scaler":0[fmt:RGB888_1X24/800x600]'`,
			);
			assert.equal(await play(), "h264,320,240,5");
		});

		test("comes back when what hangs on its sensor was set otherwise", async () => {
			await vm.must("until ! pgrep -x gst-launch-1.0; do sleep 0.2; done");
			const failures = async () =>
				(await service.said()).split("no picture from the source").length;
			const before = await failures();
			// Raw Capture 1: no topology shows its format.
			await vm.must(
				"v4l2-ctl -d /dev/video1 --set-fmt-video=width=160,height=120,pixelformat=BA81",
			);
			assert.equal(await play(), "h264,320,240,5");
			assert.ok((await failures()) > before, await service.said());
		});

		test("says who uses it, and plays once it is free", async () => {
			await vm.must("until ! pgrep -x gst-launch-1.0; do sleep 0.2; done");
			const other = vm.run(
				`media-ctl --set-v4l2 '"Sensor B":0[fmt:SBGGR8_1X8/640x480]' && media-ctl --set-v4l2 '"Debayer B":1[fmt:RGB888_1X24/640x480]' && media-ctl --set-v4l2 '"Scaler":1[fmt:RGB888_1X24/640x480]' && v4l2-ctl -d /dev/video1 --set-fmt-video=width=640,height=480,pixelformat=BA81
				gst-launch-1.0 v4l2src device=${device} ! video/x-raw,format=RGB,width=640,height=480 ! fakesink & echo $! >/host/other; wait`,
			);
			await vm.must(
				`until media-ctl --set-v4l2 '"Sensor B":0[fmt:SBGGR8_1X8/640x480]' | grep -q busy; do sleep 0.2; done`,
			);
			await assert.rejects(
				execa("ffprobe", [
					...["-v", "error", "-rtsp_transport", "tcp"],
					`rtsp://${user.name}:${encodeURIComponent(user.password)}@127.0.0.1:${vm.port(rtspPort)}/main`,
				]),
				/503/,
			);
			await service.says(
				`of ${device} cannot be set up while it streams: it is used by gst-launch-1.0`,
			);
			await vm.must("kill $(cat /host/other)");
			await other;
			assert.equal(await play(), "h264,320,240,5");
			assert.equal((await service.stop()).exitCode, 0);
		});
	});
});
