import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { withoutChainPrograms } from "./chain-programs.ts";
import { prepareVm, startVm, type Vm } from "./vm.ts";

const skip = (await prepareVm()) ?? false;
const repository = fileURLToPath(new URL("../..", import.meta.url));

describe("a v4l2 chain's devices as they are", { skip }, () => {
	let vm: Vm;

	before(async () => {
		vm = await startVm();
		await build({
			entryPoints: [
				fileURLToPath(new URL("guest-chain-devices.ts", import.meta.url)),
			],
			outfile: join(vm.share, "chain-devices.mjs"),
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
			"modprobe vivid n_devs=1 node_types=0x1 && modprobe v4l2loopback video_nr=10,11 exclusive_caps=0,1 card_label=Plain,Exclusive",
		);
	});
	after(() => vm?.stop());

	async function ask(task: string): Promise<Record<string, unknown>> {
		return JSON.parse(await vm.must(`node /host/chain-devices.mjs ${task}`));
	}

	test("loopback devices are known, others are not taken", async () => {
		assert.deepEqual(await ask("loopback /dev/video10"), {});
		assert.deepEqual(await ask("loopback /dev/video11"), {});
		const camera = await ask("loopback /dev/video0");
		assert.match(
			String(camera.message),
			/^\/dev\/video0 is no loopback device but one of the driver vivid/,
		);
		const none = await ask("loopback /dev/video66");
		assert.match(String(none.message), /^\/dev\/video66 is not there/);
		await vm.must("[ ! -e /dev/video66 ] && : >/dev/video66");
		const file = await ask("loopback /dev/video66");
		assert.match(String(file.message), /^\/dev\/video66 is no video device/);
	});

	test("the camera is set, and what it has not is refused", async () => {
		const mode = await ask("camera /dev/video0 640x360@10");
		assert.deepEqual([mode.width, mode.height, mode.frameRate], [640, 360, 10]);
		const said = await vm.must(
			"v4l2-ctl -d /dev/video0 --get-fmt-video --get-parm",
		);
		assert.match(said, /Width\/Height\s*: 640\/360\n/);
		assert.match(said, /Frames per second: 10\.000/);
		const refused = await ask("camera /dev/video0 640x362@10");
		assert.match(
			String(refused.message),
			/^\/dev\/video0 \(vivid\) has no 640x362, .* it offers .*640x360/,
		);
	});

	test("a loopback device tells when its writer has come", async () => {
		const writer = vm.run(
			"echo $$ >/host/writer.pid; exec gst-launch-1.0 -q v4l2src device=/dev/video0 ! video/x-raw,format=YUY2,width=640,height=360,framerate=10/1 ! videoconvert ! x264enc speed-preset=ultrafast tune=zerolatency key-int-max=10 ! h264parse config-interval=-1 ! video/x-h264,stream-format=byte-stream ! v4l2sink device=/dev/video10",
		);
		assert.deepEqual(await ask("written /dev/video10 H264 640x360"), {});
		const busy = await ask("camera /dev/video0 640x480@10");
		assert.match(String(busy.message), /^\/dev\/video0 \(vivid\) is in use/);
		const used = await ask("loopback /dev/video10");
		assert.match(String(used.message), /in use by gst-launch-1\.0 \(pid \d+\)/);
		await vm.must("kill $(cat /host/writer.pid)");
		await writer;
	});

	// One after the other: there is one camera.
	for (const subject of ["pictures", "addresses", "restarts"])
		test(`the chain's ${subject}, against the programs themselves`, {
			skip: withoutChainPrograms,
		}, async () => {
			await vm.must(
				`cd '${repository}' && ONVIFD_TEST_CHAIN='/dev/video0 /dev/video10' node --import tsx --test test/media/v4l2-chain/${subject}.test.ts >&2`,
			);
		});
});
