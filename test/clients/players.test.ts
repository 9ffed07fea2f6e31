import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { playWithoutLoss } from "../helpers/lost-datagrams.ts";
import { probe } from "../helpers/probe.ts";
import { playToEnd } from "../helpers/rtspsrc.ts";
import { askAgain, run, runPlayer } from "../helpers/run.ts";
import {
	administrator,
	type RunningService,
	startService,
} from "../helpers/service.ts";

const profiles = [
	{ token: "main", codec: "h264", width: 1280, height: 720 },
	{ token: "sub", codec: "h264", width: 640, height: 360 },
	{ token: "jpeg", codec: "mjpeg", width: 640, height: 360 },
] as const;

describe("players", () => {
	let service: RunningService;
	before(async () => {
		service = await startService();
	});
	after(() => service.remove());

	for (const { token, codec, width, height } of profiles) {
		for (const transport of ["tcp", "udp"]) {
			test(`ffprobe knows ${token} over ${transport}`, async () => {
				const stream = await probe([
					"-rtsp_transport",
					transport,
					`${service.rtspUrl}/${token}`,
				]);
				assert.deepEqual(
					[stream.codec_name, stream.width, stream.height],
					[codec, width, height],
				);
			});
			test(`ffmpeg decodes ${token} over ${transport} without a complaint`, async () => {
				const { code, stderr } = await playWithoutLoss(() =>
					runPlayer("ffmpeg", [
						...["-v", "warning", "-rtsp_transport", transport],
						...["-i", `${service.rtspUrl}/${token}`, "-frames:v", "25"],
						...["-enc_time_base", "1:90000", "-f", "null", "-"],
					]),
				);
				assert.equal(code, 0, stderr);
				// GStreamer's JPEGs have the limited range's name nowhere; ffmpeg says so of every such file.
				assert.equal(stderr.replace(/.*deprecated pixel format.*\n/g, ""), "");
			});
			test(`mpv plays ${token} over ${transport}`, async () => {
				const { code, stdout, stderr } = await runPlayer("mpv", [
					...["--no-config", "--vo=null", "--ao=null", "--frames=20"],
					...[`--rtsp-transport=${transport}`, "--msg-level=all=warn"],
					`${service.rtspUrl}/${token}`,
				]);
				assert.equal(code, 0, `${stdout}${stderr}`);
			});
			test(`GStreamer's rtspsrc plays ${token} over ${transport}`, async () => {
				await playToEnd([
					`location=rtsp://127.0.0.1:${service.rtsp}/${token}`,
					`user-id=${administrator.name}`,
					`user-pw=${administrator.password}`,
					`protocols=${transport}`,
					"latency=0",
					"!",
					"decodebin",
					"!",
					"fakesink",
					"num-buffers=20",
				]);
			});
		}
		test(`curl gets a snapshot of ${token} of the right size, by Digest`, async () => {
			const { code, stdout, stderr } = await run("curl", [
				"-sSf",
				...askAgain,
				"--digest",
				"-u",
				`${administrator.name}:${administrator.password}`,
				`${service.url}/snapshot/${token}`,
				"-o",
				`${service.stateDir}/${token}.jpg`,
				"-w",
				"%{content_type}",
			]);
			assert.equal(code, 0, stderr);
			assert.equal(stdout.toString(), "image/jpeg");
			const stream = await probe([`${service.stateDir}/${token}.jpg`]);
			assert.deepEqual(
				[stream.codec_name, stream.width, stream.height],
				["mjpeg", width, height],
			);
		});
	}

	test("a wrong password plays nothing and shows nothing", async () => {
		const wrong = service.rtspUrl.replace(
			encodeURIComponent(administrator.password),
			"swordfish9",
		);
		const played = await run("ffprobe", [
			"-v",
			"error",
			"-rtsp_transport",
			"tcp",
			`${wrong}/main`,
		]);
		assert.match(played.stderr, /401 Unauthorized/);
		const shown = await run("curl", [
			"-sS",
			"--digest",
			"-u",
			"admin:swordfish9",
			`${service.url}/snapshot/main`,
			"-o",
			"/dev/null",
			"-w",
			"%{http_code}",
		]);
		assert.equal(shown.stdout.toString(), "401");
		assert.ok(
			!service.stderr().includes("swordfish9"),
			"the log holds no password",
		);
	});

	test("a snapshot of a profile that is not there answers 404", async () => {
		const shown = await run("curl", [
			"-sS",
			"--digest",
			"-u",
			`${administrator.name}:${administrator.password}`,
			`${service.url}/snapshot/nothing`,
			"-o",
			"/dev/null",
			"-w",
			"%{http_code}",
		]);
		assert.equal(shown.stdout.toString(), "404");
	});
});
