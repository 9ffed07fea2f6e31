import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { chooseCaptureMode } from "../../src/system/capture-mode.ts";
import { mediaControllersFor } from "../../src/system/media-controllers.ts";
import { MediaSensors } from "../../src/system/media-sensor.ts";
import { anySensor, isTrouble, wish } from "./sensor-trouble.ts";
import { boardSys, standInSensor } from "./stand-in-sensor.ts";

test("a sensor is set up from pad to pad, each read back", async (t) => {
	const board = standInSensor(t);
	const setup = await board.setUp();
	assert.equal(setup?.kind, "raw");
	assert.deepEqual(chooseCaptureMode(setup?.formats ?? [], wish), {
		fourcc: "UYVY",
		rawFormat: "UYVY",
		width: 1280,
		height: 720,
		frameRate: undefined,
	});
	assert.deepEqual(board.asked(), [
		"-p",
		'--set-v4l2 "ov5640 3-003c":0[fmt:UYVY8_2X8/1280x720]',
		'--get-v4l2 "ov5640 3-003c":0',
		'--set-v4l2 "sun6i-csi-bridge":0[fmt:UYVY8_2X8/1280x720]',
		'--get-v4l2 "sun6i-csi-bridge":0',
		'--get-v4l2 "sun6i-csi-bridge":1',
		"-p",
	]);
	assert.deepEqual(board.lines, []);
});

test("what is as it was left is only looked at, also while it streams", async (t) => {
	const board = standInSensor(t);
	const first = await board.setUp();
	board.asked();
	writeFileSync(join(board.folder, "busy"), String(process.pid));
	assert.equal(await board.setUp(), first);
	assert.equal(await board.setUp({ kinds: ["raw", "jpeg"] }), first);
	assert.deepEqual(board.asked(), ["-p", "-p"]);
});

test("after a capture that gave nothing, all is set up again", async (t) => {
	const board = standInSensor(t);
	await board.setUp();
	const asked = board.asked();
	await board.forget();
	await board.setUp();
	assert.deepEqual(board.asked(), asked);
});

test("what somebody else changed meanwhile is set up again", async (t) => {
	const board = standInSensor(t);
	const first = await board.setUp();
	const other = new MediaSensors(board.log, {
		mediaCtl: board.mediaCtl,
		sys: board.sys,
	});
	await other.setUp({
		path: board.node,
		choice: anySensor,
		kinds: ["raw"],
		width: 640,
		height: 480,
		frameRate: 15,
		formats: async () => first?.formats ?? [],
	});
	board.asked();
	await board.setUp();
	assert.ok(
		board
			.asked()
			.includes('--set-v4l2 "ov5640 3-003c":0[fmt:UYVY8_2X8/1280x720]'),
	);
});

test("the sensor is found by a pattern and linked in place of the other", async (t) => {
	const board = standInSensor(t, { linked: false });
	await board.setUp({ choice: { ...anySensor, entity: "ov5640 *" } });
	assert.deepEqual(
		board.asked().filter((line) => line.startsWith("-l")),
		[
			'-l "gc2145 3-003d":0 -> "sun6i-csi-bridge":0 [0]',
			'-l "ov5640 3-003c":0 -> "sun6i-csi-bridge":0 [1]',
		],
	);
});

test("a bus format that the driver silently replaces is not taken for set", async (t) => {
	const board = standInSensor(t, { codes: ["YUYV8_2X8"] });
	await board.setUp();
	const asked = board.asked();
	assert.ok(
		asked.includes('--set-v4l2 "ov5640 3-003c":0[fmt:YUYV8_2X8/1280x720]'),
	);
	await assert.rejects(
		board.setUp({ choice: { ...anySensor, busFormat: "UYVY8_1X16" } }),
		isTrouble(
			"failed",
			`sensor "ov5640 3-003c" and ${board.node} agree on no picture format: "ov5640 3-003c":0 gives YUYV8_2X8 instead of UYVY8_1X16`,
		),
	);
});

test("only what both ends of the sensor's link say they have is asked for", async (t) => {
	const board = standInSensor(t, { codes: ["SBGGR8_1X8", "YUYV8_2X8"] });
	const say = (subdevice: string, codes: readonly string[]) =>
		writeFileSync(
			join(board.folder, `codes-v4l-subdev${subdevice}`),
			codes.map((code) => `\t0x2006: MEDIA_BUS_FMT_${code}\n`).join(""),
		);
	say("-ov", ["SBGGR8_1X8", "YUYV8_2X8", "UYVY10_2X10"]);
	say("0", ["UYVY8_2X8", "YUYV8_2X8", "JPEG_1X8"]);
	await board.setUp({ kinds: ["jpeg", "raw"] });
	const [, first, second] = board.asked();
	assert.equal(first, '--set-v4l2 "ov5640 3-003c":0[fmt:YUYV8_2X8/1280x720]');
	assert.equal(second, '--get-v4l2 "ov5640 3-003c":0');
	assert.deepEqual(board.lines, [
		'no JPEG from the sensor: "ov5640 3-003c" and "sun6i-csi-bridge" have no bus format for JPEG in common',
	]);
});

test("a bus format that nobody knows is refused in media-ctl's words", async (t) => {
	const board = standInSensor(t);
	await assert.rejects(
		board.setUp({ choice: { ...anySensor, busFormat: "UYVY" } }),
		isTrouble("failed", /fmt:UYVY\/1280x720\]: .*Invalid argument \(22\)$/),
	);
});

test("ends of a link that cannot agree are named", async (t) => {
	const board = standInSensor(t, { bridgeCodes: ["YUYV8_1X16"] });
	await assert.rejects(
		board.setUp(),
		isTrouble(
			"failed",
			/"sun6i-csi-bridge":0 takes YUYV8_1X16 1280x720 instead of UYVY8_2X8 1280x720/,
		),
	);
});

test("a size that the sensor cuts down is said, and is what comes", async (t) => {
	const board = standInSensor(t, { most: [800, 600] });
	const setup = await board.setUp();
	const mode = chooseCaptureMode(setup?.formats ?? [], wish);
	assert.equal(`${mode?.width}x${mode?.height}`, "800x600");
	assert.match(
		board.lines.join(""),
		/sensor "ov5640 3-003c":0 gives pictures of 800x600 instead of 1280x720/,
	);
});

test("a rate is set where the driver knows rates, and what came instead is said", async (t) => {
	const board = standInSensor(t, { rates: [30, 15] });
	await board.setUp();
	assert.ok(
		board
			.asked()
			.includes('--set-v4l2 "ov5640 3-003c":0[fmt:UYVY8_2X8/1280x720@1/15]'),
	);
	assert.deepEqual(board.lines, []);
	await board.setUp({ frameRate: 60 });
	assert.match(
		board.lines.join(""),
		/sensor "ov5640 3-003c":0 gives 30 frames a second instead of 60/,
	);
});

test("JPEG where the video node takes it, raw pictures where it does not", async (t) => {
	const able = standInSensor(t, { fourccs: ["UYVY", "JPEG"] });
	const jpeg = await able.setUp({ kinds: ["jpeg", "raw"] });
	assert.equal(jpeg?.kind, "jpeg");
	assert.deepEqual(jpeg?.formats, [
		{
			fourcc: "JPEG",
			compressed: true,
			sizes: [
				{
					kind: "discrete",
					width: 1280,
					height: 720,
					frameRates: { kind: "discrete", rates: [] },
				},
			],
		},
	]);
	assert.equal((await able.setUp({ kinds: ["raw"] }))?.kind, "raw");

	const unable = standInSensor(t, { fourccs: ["UYVY"] });
	assert.equal((await unable.setUp({ kinds: ["jpeg", "raw"] }))?.kind, "raw");
	assert.match(
		unable.lines.join(""),
		/no JPEG from the sensor: .*video1 has no format for the JPEG_1X8 1280x720 that reaches it/,
	);
});

test("JPEG of another size than wished is taken only where nothing else is", async (t) => {
	const board = standInSensor(t, {
		fourccs: ["UYVY", "JPEG"],
		most: [800, 600],
	});
	assert.equal((await board.setUp({ kinds: ["jpeg", "raw"] }))?.kind, "raw");
	assert.match(board.lines.join("\n"), /its JPEG is 800x600, not 1280x720/);
	assert.equal((await board.setUp({ kinds: ["jpeg"] }))?.kind, "jpeg");
	const without = standInSensor(t, { fourccs: ["JPEG"], most: [800, 600] });
	assert.equal((await without.setUp({ kinds: ["raw", "jpeg"] }))?.kind, "jpeg");
});

test("a camera without a media controller costs no media-ctl", async (t) => {
	const board = standInSensor(t);
	rmSync(join(board.sys, "class/video4linux/v4l-subdev0"));
	assert.equal(await board.setUp(), undefined);
	assert.equal(await board.setUp({ path: "/dev/video99" }), undefined);
	assert.deepEqual(board.asked(), []);
	await assert.rejects(
		board.setUp({ choice: { ...anySensor, entity: "ov5640 *" } }),
		isTrouble("failed", /has no sensor to set up: no media controller/),
	);
});

test("a USB camera beside a board's sensor is left alone", async (t) => {
	const sys = mkdtempSync(join(tmpdir(), "onvifd-sys-"));
	t.after(() => rmSync(sys, { recursive: true }));
	boardSys(sys);
	assert.deepEqual(await mediaControllersFor("/dev/video0", sys), []);
	assert.deepEqual(await mediaControllersFor("/dev/video1", sys), [
		"/dev/media0",
		"/dev/media1",
	]);
	assert.deepEqual(await mediaControllersFor("/dev/video9", sys), []);
	assert.deepEqual(await mediaControllersFor("/dev/video1", `${sys}/no`), []);
});
