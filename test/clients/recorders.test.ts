import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import {
	existsSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, type TestContext, test } from "node:test";
import { until } from "../helpers/media.ts";
import { type Ran, run } from "../helpers/run.ts";
import { type RunningService, startService } from "../helpers/service.ts";
import { NginxRtmp, withoutNginxRtmp } from "../outputs/push/rtmp-server.ts";

/** Frigate's `preset-http-jpeg-generic` takes a % in an address for a pattern: a password without. */
const user = { name: "recorder", password: "letters7", level: "User" };
const size = { width: 640, height: 360, frameRate: 15 };
const main = { token: "main", encoding: "H264", ...size, govLength: 15 };
const key = "aS3cret-key";

const words = (line: string) => line.split(" ");
const agent = ["-user_agent", "FFmpeg Frigate/0.16"];
const careful = "-fflags +genpts+discardcorrupt";
const wallClock = "-use_wallclock_as_timestamps 1";
const low = `-avoid_negative_ts make_zero -fflags nobuffer -flags low_delay -strict experimental ${careful}`;
const rtsp = (transport: string) =>
	`-rtsp_transport ${transport} -timeout 10000000`;

/** What Frigate's presets (frigate/ffmpeg_presets.py) and Home Assistant's stream give to ffmpeg before the address. */
const inputs = {
	"preset-rtsp-restream": [...agent, ...words(rtsp("tcp"))],
	"preset-rtsp-restream-low-latency": [
		...agent,
		...words(`${rtsp("tcp")} -fflags nobuffer -flags low_delay`),
	],
	"preset-rtsp-generic": [
		...agent,
		...words(
			`-avoid_negative_ts make_zero ${careful} ${rtsp("tcp")} ${wallClock}`,
		),
	],
	"preset-rtsp-udp": [
		...agent,
		...words(
			`-avoid_negative_ts make_zero ${careful} ${rtsp("udp")} ${wallClock}`,
		),
	],
	"preset-rtsp-blue-iris": [
		...agent,
		...words(
			`-avoid_negative_ts make_zero -flags low_delay -strict experimental ${careful} ${rtsp("tcp")} ${wallClock}`,
		),
	],
	"Home Assistant's stream": words("-rtsp_flags prefer_tcp -timeout 5000000"),
};

/** What Frigate looks for objects in: small raw pictures, five a second. */
const detect = words(
	"-r 5 -vf fps=5,scale=320:180 -frames:v 5 -f rawvideo -pix_fmt yuv420p pipe:",
);
const detectedOctets = 5 * 320 * 180 * 1.5;

/** Recorders start ffmpeg again when it ends: on a busy machine it gives up, by those timeouts, where all is well. */
async function recorder(args: () => readonly string[]): Promise<Ran> {
	const before = words("-hide_banner -v warning -nostdin -threads 2");
	let ran: Ran;
	let starts = 0;
	do ran = await run("ffmpeg", [...before, ...args()]);
	while (ran.code !== 0 && ++starts < 5);
	return ran;
}

function folder(t: TestContext): string {
	const name = mkdtempSync(join(tmpdir(), "onvifd-recorder-"));
	t.after(() => rmSync(name, { recursive: true, force: true }));
	return name;
}

/** How many can be decoded. */
async function framesIn(file: string): Promise<number> {
	const { code, stdout, stderr } = await run("ffprobe", [
		...["-v", "error", "-count_frames", "-select_streams", "v"],
		...["-show_entries", "stream=nb_read_frames", "-of", "csv=p=0", file],
	]);
	assert.equal(code, 0, stderr);
	return Number(stdout.toString());
}

describe("recorders", () => {
	let service: RunningService;
	before(async () => {
		const jpeg = { token: "jpeg", encoding: "JPEG", ...size };
		service = await startService({
			config: {
				audio: { source: "test", encoding: "AAC" },
				users: [{ ...user, level: "Administrator" }],
				profiles: [main, jpeg],
			},
		});
	});
	after(() => service.remove());

	const url = (scheme: "http" | "rtsp", path: string) =>
		`${scheme}://${user.name}:${user.password}@127.0.0.1:${service[scheme]}/${path}`;

	for (const [name, input] of Object.entries(inputs))
		test(`${name}: records what it gets, and looks into it`, async (t) => {
			const records = folder(t);
			const { code, stdout, stderr } = await recorder(() => {
				for (const file of readdirSync(records)) rmSync(join(records, file));
				return [
					...[...input, "-i", url("rtsp", "main")],
					...words("-frames:v 30 -f segment -segment_time 1"),
					...words("-segment_format mp4 -reset_timestamps 1"),
					...words("-c:v copy -c:a aac -shortest"),
					...[join(records, "%d.mp4"), ...detect],
				];
			});
			assert.equal(code, 0, stderr);
			assert.equal(stdout.length, detectedOctets, stderr);
			let frames = 0;
			for (const file of readdirSync(records))
				frames += await framesIn(join(records, file));
			assert.equal(frames, 30, stderr);
		});

	for (const [name, input, path] of [
		[
			"preset-http-mjpeg-generic",
			[...agent, ...words(`${low} ${wallClock}`)],
			"mjpeg/jpeg",
		],
		[
			"preset-http-jpeg-generic",
			words(`-r 5 -stream_loop -1 -f image2 ${low} ${wallClock}`),
			"snapshot/main",
		],
	] as const)
		test(`${name}: looks into what it gets`, async () => {
			const { code, stdout, stderr } = await recorder(() => [
				...[...input, "-i", url("http", path), ...detect],
			]);
			assert.equal(code, 0, stderr);
			assert.equal(stdout.length, detectedOctets, stderr);
		});

	for (const [way, path, more] of [
		["rtsp", "main", "netcam_params rtsp_transport=tcp"],
		["rtsp", "main", "netcam_params rtsp_transport=udp"],
		["http", "mjpeg/jpeg", ""],
		["http", "snapshot/main", ""],
	] as const)
		test(`motion saves a picture of ${way} ${path} ${more}`, {
			skip: !existsSync("/usr/bin/motion") && "motion is not installed",
		}, async (t) => {
			const target = folder(t);
			const configuration = join(target, "motion.conf");
			const lines = {
				...{ daemon: "off", setup_mode: "off", log_level: 5 },
				...{ target_dir: target, webcontrol_port: 0, stream_port: 0 },
				...{ width: size.width, height: size.height, framerate: 5 },
				...{ snapshot_interval: 1, movie_output: "off", picture_output: "off" },
				// Not the time: what differs is to be the camera's.
				text_right: "x",
				netcam_url: `${way}://127.0.0.1:${service[way]}/${path}`,
				netcam_userpass: `${user.name}:${user.password}`,
			};
			const text = Object.entries(lines).map((line) => line.join(" "));
			writeFileSync(configuration, `${[...text, more].join("\n")}\n`);
			const motion = spawn("motion", ["-n", "-c", configuration], {
				stdio: "ignore",
			});
			t.after(() => motion.kill("SIGKILL"));
			const different = () => {
				const names = readdirSync(target).filter((one) =>
					/shot\.jpg$/.test(one),
				);
				// It may still write the last one.
				const whole = names.sort().slice(0, -1);
				return new Set(
					whole.map((one) => readFileSync(join(target, one), "base64")),
				);
			};
			// One may be its own, which says that it has no picture.
			await until(() => different().size > 2, "motion saves pictures");
		});
});

test("preset-rtmp-generic: looks into what a server got by RTMP", {
	skip: withoutNginxRtmp,
}, async (t) => {
	const nginx = await NginxRtmp.create(t, key);
	await nginx.start();
	const address = `${nginx.url}/live/${key}`;
	const service = await startService({
		config: { profiles: [main], push: [{ profile: "main", url: address }] },
	});
	t.after(() => service.remove());
	await until(() => /push sends/.test(service.stderr()), "it pushes");
	const { code, stdout, stderr } = await recorder(() => [
		...words(`${low} -rw_timeout 10000000 ${wallClock} -f live_flv`),
		...["-i", address, ...detect],
	]);
	assert.equal(code, 0, stderr);
	assert.equal(stdout.length, detectedOctets, stderr);
});
