import assert from "node:assert/strict";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { CameraEncoder } from "../../src/media/gstreamer/camera-encoder.ts";
import { cameraH264Controls } from "../../src/media/gstreamer/camera-h264-controls.ts";
import { videoControlAccess } from "../../src/system/video-control-access.ts";
import { parseVideoControls } from "../../src/system/video-controls.ts";
import { until } from "../helpers/media.ts";

const bitrate =
	" video_bitrate 0x009909cf (int) : min=25000 max=25000000 step=25000 default=10000000 value=10000000";
const period =
	" h264_i_frame_period 0x00990a66 (int) : min=0 max=2147483647 step=1 default=60 value=60";
const gop =
	" video_gop_size 0x009909cb (int) : min=0 max=120 step=1 default=30 value=30";
const repeat = " repeat_sequence_header 0x009909e2 (bool) : default=0 value=0";
const button =
	" force_key_frame 0x009909e5 (button) : value=0 flags=write-only, execute-on-write";
const profileMenu = (...choices: string[]) =>
	` h264_profile 0x00990a6b (menu) : min=0 max=4 default=4 value=4 (High)\n${choices.map((choice) => `\t\t\t\t${choice}\n`).join("")}`;
const allProfiles = profileMenu(
	"0: Baseline",
	"1: Constrained Baseline",
	"2: Main",
	"4: High",
);
const raspberry = [bitrate, repeat, button, period, allProfiles];
const settings = {
	bitrateKbit: 2000,
	govLength: 30,
	h264Profile: "Main",
} as const;

describe("a profile's settings in a camera's controls", () => {
	// biome-ignore format: a table
	const cases: [string, readonly string[], object, string, string][] = [
		["Raspberry Pi's", raspberry, {}, "video_bitrate=2000000 h264_i_frame_period=30 h264_profile=2 repeat_sequence_header=1", ""],
		["the nearest step", raspberry, { bitrateKbit: 2010 }, "video_bitrate=2000000 h264_i_frame_period=30 h264_profile=2 repeat_sequence_header=1", ""],
		["no more than it takes", [bitrate, gop, button, allProfiles], { bitrateKbit: 32_000, govLength: 300 }, "video_bitrate=25000000 video_gop_size=120 h264_profile=2", ""],
		["no less than it takes", [bitrate], { bitrateKbit: 10 }, "video_bitrate=25000", "GOP length, H.264 profile, key frames on request"],
		["Baseline is Constrained Baseline", [allProfiles], { h264Profile: "Baseline" }, "h264_profile=1", "bit rate, GOP length, key frames on request"],
		["or Baseline where there is no other", [profileMenu("0: Baseline", "2: Main")], { h264Profile: "Baseline" }, "h264_profile=0", "bit rate, GOP length, key frames on request"],
		["a profile that it has not", [profileMenu("0: Baseline"), button], {}, "", "bit rate, GOP length, H.264 profile"],
		["read-only is not there", [`${gop} flags=read-only`], {}, "", "bit rate, GOP length, H.264 profile, key frames on request"],
		["v4l2loopback's", [" keep_format 0x0098f900 (bool) : default=0 value=1"], {}, "", "bit rate, GOP length, H.264 profile, key frames on request"],
	];
	for (const [name, lines, other, set, missing] of cases)
		test(name, () => {
			const found = cameraH264Controls(parseVideoControls(lines.join("\n")), {
				...settings,
				...other,
			});
			assert.equal(
				found.values.map(({ token, value }) => `${token}=${value}`).join(" "),
				set,
			);
			assert.equal(found.missing.join(", "), missing);
			assert.equal(
				found.keyFrame,
				lines.includes(button) ? "force_key_frame" : undefined,
			);
		});
});

/** A v4l2-ctl whose device has these controls, keeps what it is set to and writes down each call; `refused` is a token that it does not take. */
async function standIn(t: TestContext, lines: readonly string[], refused = "") {
	const folder = await mkdtemp(join(tmpdir(), "onvifd-test-"));
	// The last press may not be over.
	t.after(() => rm(folder, { recursive: true, maxRetries: 20 }));
	const file = join(folder, "v4l2-ctl");
	const controls = join(folder, "controls");
	const calls = join(folder, "calls");
	await writeFile(controls, `Codec Controls\n\n${lines.join("\n")}\n`);
	await writeFile(calls, "");
	await writeFile(
		file,
		`#!/bin/sh
echo "$3 $4" >>'${calls}'
case "$3" in
--list-ctrls-menus) cat '${controls}' ;;
--set-ctrl)
	name=\${4%%=*} value=\${4#*=}
	[ "$name" = '${refused}' ] && echo "$name: Device or resource busy" >&2 && exit 255
	sed -i "s/^\\( $name 0x.* value=\\)[0-9]*/\\1$value/" '${controls}' ;;
esac
`,
	);
	await chmod(file, 0o755);
	const said: string[] = [];
	const note = (level: string) => (text: string, fields?: object) => {
		said.push(`${level} ${text} ${JSON.stringify(fields)}`);
	};
	let now = 0;
	let seen = 0;
	const encoder = new CameraEncoder({
		device: "/dev/video0",
		controls: videoControlAccess(file),
		clock: { now: () => now, monotonic: () => now },
		log: { info: note("info"), warn: note("warn"), error: note("error") },
	});
	return {
		encoder,
		said,
		wait: (ms: number) => {
			now += ms;
		},
		/** What was set since the last look. */
		async set(): Promise<string[]> {
			const text = await readFile(calls, "utf8");
			const lines = text.slice(seen, text.lastIndexOf("\n") + 1).split("\n");
			seen = text.lastIndexOf("\n") + 1;
			return lines
				.filter((line) => line.startsWith("--set-ctrl "))
				.map((line) => line.slice("--set-ctrl ".length));
		},
	};
}

test("what differs is set, read back and said", async (t) => {
	const { encoder, said, set } = await standIn(t, raspberry);
	await encoder.prepare(settings);
	assert.deepEqual(await set(), [
		"video_bitrate=2000000",
		"h264_i_frame_period=30",
		"h264_profile=2",
		"repeat_sequence_header=1",
	]);
	assert.deepEqual(said, [
		'info the camera\'s own H.264 is set {"device":"/dev/video0","set":"video_bitrate=2000000 h264_i_frame_period=30 h264_profile=2 repeat_sequence_header=1"}',
	]);

	await encoder.adjust({ ...settings, bitrateKbit: 4000 });
	await encoder.adjust({ ...settings, bitrateKbit: 4000 });
	assert.deepEqual(await set(), ["video_bitrate=4000000"]);
	assert.match(said[1] ?? "", /^info .*video_bitrate=4000000/);
	await encoder.prepare({ ...settings, bitrateKbit: 4000 });
	assert.deepEqual(await set(), []);
	assert.equal(said.length, 2);
});

test("what a camera refuses is said with what it has instead, and the rest is set", async (t) => {
	const { encoder, said } = await standIn(t, raspberry, "h264_profile");
	await encoder.prepare(settings);
	assert.deepEqual(said, [
		'warn the camera\'s own H.264 cannot be set in everything {"device":"/dev/video0","set":"video_bitrate=2000000 h264_i_frame_period=30 h264_profile=4 repeat_sequence_header=1","refused":"h264_profile=2 (h264_profile: Device or resource busy)"}',
	]);
});

test("a camera without such controls is left as it is, and that is said once", async (t) => {
	const { encoder, said, set } = await standIn(t, [
		" keep_format 0x0098f900 (bool) : default=0 value=1",
	]);
	await encoder.prepare(settings);
	await encoder.prepare(settings);
	encoder.requestKeyFrame();
	assert.deepEqual(await set(), []);
	assert.deepEqual(said, [
		'warn the camera\'s own H.264 cannot be set in everything {"device":"/dev/video0","missing":"bit rate, GOP length, H.264 profile, key frames on request"}',
	]);
});

test("key frames are asked for by the camera's button, once a second at most", async (t) => {
	const { encoder, set, wait } = await standIn(t, raspberry);
	encoder.requestKeyFrame();
	await encoder.prepare(settings);
	await set();
	const presses: string[] = [];
	const pressed = (count: number) =>
		until(
			async () => presses.push(...(await set())) === count,
			`${count} presses`,
		);
	for (let viewer = 0; viewer < 5; viewer++) encoder.requestKeyFrame();
	await pressed(1);
	wait(900);
	encoder.requestKeyFrame();
	wait(200);
	// A press that still runs counts too.
	await until(async () => {
		encoder.requestKeyFrame();
		return presses.push(...(await set())) === 2;
	}, "the second press");
	assert.deepEqual(presses, ["force_key_frame=1", "force_key_frame=1"]);
});

test("a v4l2-ctl that is not there is said, and nothing else happens", async () => {
	const said: string[] = [];
	const note = (text: string, fields?: object) => {
		said.push(`${text} ${JSON.stringify(fields)}`);
	};
	const encoder = new CameraEncoder({
		device: "/dev/video0",
		controls: videoControlAccess("/nowhere/v4l2-ctl"),
		clock: { now: () => 0, monotonic: () => 0 },
		log: { info: note, warn: note, error: note },
	});
	await encoder.prepare(settings);
	assert.match(said.join("\n"), /v4l2-ctl is not installed/);
});
