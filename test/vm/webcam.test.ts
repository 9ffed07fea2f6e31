import assert from "node:assert/strict";
import { cp, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { until } from "../helpers/media.ts";
import { guestPatienceMs } from "../helpers/patience.ts";
import { type GuestService, startGuestService } from "./guest-service.ts";
import { plugIn, vividDevice } from "./vivid.ts";
import { type GuestResult, prepareVm, startVm, type Vm } from "./vm.ts";

const skip = (await prepareVm()) ?? false;
const built = fileURLToPath(new URL("../../dist", import.meta.url));
const device = "/dev/video10";
const password = "correct-horse-7";
const url = `rtsp://admin:${password}@127.0.0.1:8554/main`;

const serviceOf = (width: number, height: number) => ({
	users: [{ name: "admin", password, level: "Administrator" }],
	profiles: [
		{
			token: "main",
			encoding: "H264",
			...{ width, height, frameRate: 5, govLength: 5, bitrateKbit: 200 },
		},
	],
});

describe("onvifd webcam", { skip }, () => {
	let vm: Vm;
	let service: GuestService;
	let running: Promise<GuestResult>;

	const webcam = (words: string) => `node /host/dist/onvifd.js webcam ${words}`;
	const refused = async (words: string) => {
		const { exitCode, stderr } = await vm.run(webcam(words));
		return { exitCode, said: stderr.trim() };
	};
	let runs = 0;
	const log = () => readFile(join(vm.share, `webcam-${runs}.log`), "utf8");
	const logged = async (text: string, times = 1) => {
		let said = "";
		const look = async () => {
			said = await log().catch(() => "");
			return said.split(text).length > times;
		};
		await until(look, `"${text}" in the webcam's log`, guestPatienceMs).catch(
			(error) => {
				throw new Error(`${error}\n${said}`);
			},
		);
	};
	const start = (words: string) => {
		const name = `/host/webcam-${++runs}.log`;
		running = inGuest(
			`echo $$ >/host/webcam.pid; exec ${webcam(words)} 2>${name}`,
		);
	};
	/** Runs for long; who waits for it hears of a machine that ended, nobody else needs to. */
	const inGuest = (commands: string) => {
		const ended = vm.run(commands, 3_600_000);
		ended.catch(() => {});
		return ended;
	};
	const stop = async () => {
		await vm.must("kill -TERM $(cat /host/webcam.pid)");
		return (await running).exitCode;
	};
	const capabilities = async () => {
		const said = await vm.must(`v4l2-ctl -d ${device} --info`);
		const caps = Number(/Device Caps\s*: (\w+)/.exec(said)?.[1]);
		return { capture: (caps & 1) !== 0, output: (caps & 2) !== 0 };
	};

	before(async () => {
		vm = await startVm();
		await cp(built, join(vm.share, "dist"), { recursive: true });
	});
	after(() => vm?.stop());

	test("no device: the line to run, which makes one that browsers take", async () => {
		const { exitCode, said } = await refused(`${url} ${device}`);
		assert.equal(exitCode, 1);
		const line =
			/^onvifd: \/dev\/video10 is not there; run as root: (.*)$/.exec(
				said,
			)?.[1];
		assert.equal(
			line,
			'modprobe v4l2loopback video_nr=10 exclusive_caps=1 card_label="Network camera"',
		);
		await vm.must(line ?? "false");
		assert.deepEqual(await capabilities(), { capture: false, output: true });
	});

	test("a camera, a file and a device of another kind are refused", async () => {
		await plugIn(vm);
		const camera = await refused(`${url} ${vividDevice}`);
		assert.equal(camera.exitCode, 1);
		assert.match(
			camera.said,
			/^onvifd: \/dev\/video0 is no loopback device but one of the driver vivid: .* run as root: modprobe -r v4l2loopback && modprobe v4l2loopback video_nr=10,11 exclusive_caps=1,1$/,
		);
		await vm.must(": >/dev/video66");
		const file = await refused(`${url} /dev/video66`);
		assert.match(file.said, /is no video device: .* rm \/dev\/video66 && /);
		await vm.must("rm /dev/video66");
	});

	test("it waits for a camera that is not there yet, then shows it", async () => {
		start(`${url} ${device}`);
		await logged("nothing listens there");
		service = await startGuestService(vm, serviceOf(320, 180));
		await logged("the webcam has pictures");
		assert.match(
			await log(),
			/the webcam has pictures device=\/dev\/video10 size=320x180 frameRate=5\n/,
		);
	});

	test("with what Chromium asks of a camera: it captures and is no output", async () => {
		assert.deepEqual(await capabilities(), { capture: true, output: false });
		const formats = await vm.must(
			`v4l2-ctl -d ${device} --list-formats-ext --get-fmt-video`,
		);
		assert.match(formats, /'YU12' \(Planar YUV 4:2:0\)/);
		assert.match(formats, /Width\/Height\s*: 320\/180/);
		const name = await vm.must("cat /sys/class/video4linux/video10/name");
		assert.equal(name.trim(), "Network camera");
	});

	test("v4l2-ctl and GStreamer read pictures that move", async () => {
		await vm.must(
			`v4l2-ctl -d ${device} --stream-mmap --stream-count=6 --stream-to=/host/pictures.raw`,
		);
		const pictures = await readFile(join(vm.share, "pictures.raw"));
		const size = 320 * 180 * 1.5;
		// v4l2loopback fills up to whole pages.
		assert.ok(pictures.length >= 6 * size, `${pictures.length} octets`);
		const [first, last] = [
			pictures.subarray(0, size),
			pictures.subarray(-size),
		];
		assert.notDeepEqual(first, last);
		assert.ok(new Set(last.subarray(0, 320 * 180)).size > 8, "one grey");
		await vm.must(
			`gst-launch-1.0 -q v4l2src device=${device} num-buffers=4 ! video/x-raw,format=I420,width=320,height=180 ! fakesink`,
		);
	});

	test("the password is in no command line", async () => {
		const lines = await vm.must(
			"cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' '",
		);
		assert.match(lines, /onvifd webcam /);
		assert.match(lines, /v4l2sink device=\/dev\/video10/);
		assert.ok(!lines.includes(password), lines);
		assert.ok(!(await log()).includes(password));
	});

	test("a second writer is refused, and told who the first is", async () => {
		const { exitCode, said } = await refused(`${url} ${device}`);
		assert.equal(exitCode, 1);
		assert.match(
			said,
			/^onvifd: \/dev\/video10 is in use by gst-launch-1\.0 \(pid \d+\): /,
		);
	});

	test("who shows it goes on when the camera restarts with another size", async () => {
		const reader = inGuest(
			`echo $$ >/tmp/reader.pid; exec v4l2-ctl -d ${device} --stream-mmap --stream-count=100000 --stream-to=/host/stream.raw`,
		);
		const octets = async () =>
			(await stat(join(vm.share, "stream.raw")).catch(() => ({ size: 0 })))
				.size;
		const more = (than: number) =>
			until(async () => (await octets()) > than, "it reads", guestPatienceMs);
		await more(0);
		await service.stop();
		await logged("no picture from the source", 2);
		const before = await octets();
		service = await startGuestService(vm, serviceOf(480, 360));
		await logged("the camera is back", 2);
		await more(before + 3 * 320 * 180 * 1.5);
		await vm.must("kill $(cat /tmp/reader.pid)");
		await reader;
	});

	test("a stop leaves the device to others, with exit code 0", async () => {
		assert.equal(await stop(), 0);
		assert.deepEqual(await capabilities(), { capture: false, output: true });
	});

	test("RTP by an SDP file, in a size that is asked for; exclusive_caps=0 is told", async () => {
		await vm.must(
			"modprobe -q -r v4l2loopback; modprobe v4l2loopback video_nr=10 exclusive_caps=0",
		);
		await writeFile(
			join(vm.share, "camera.sdp"),
			"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=video 5004 RTP/AVP 26\r\n",
		);
		const sender = inGuest(
			"echo $$ >/tmp/sender.pid; exec gst-launch-1.0 -q videotestsrc is-live=true ! video/x-raw,format=I420,width=320,height=240,framerate=5/1 ! jpegenc ! rtpjpegpay ! udpsink host=127.0.0.1 port=5004",
		);
		start(`--size 160x120 --rate 5 /host/camera.sdp ${device}`);
		await logged("the webcam has pictures");
		assert.match(
			await log(),
			/warn "?.*exclusive_caps=0: Chromium does not take it for a camera; .*modprobe v4l2loopback video_nr=10 exclusive_caps=1/,
		);
		await vm.must(
			`gst-launch-1.0 -q v4l2src device=${device} num-buffers=4 ! video/x-raw,format=I420,width=160,height=120 ! fakesink`,
		);
		await vm.must("kill $(cat /tmp/sender.pid)");
		await sender;
		await logged("no RTP packets come to port 5004");
		assert.equal(await stop(), 0);
	});
});
