import assert from "node:assert/strict";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import {
	listControlsLine,
	setControlLine,
	videoControlAccess,
} from "../../src/system/video-control-access.ts";
import { parseVideoControls } from "../../src/system/video-controls.ts";

const nothing = {
	min: undefined,
	max: undefined,
	step: undefined,
	default: undefined,
	value: undefined,
	menu: [],
	inactive: false,
	readOnly: false,
};

// As v4l2-ctl 1.22 prints them; older ones leave out what a menu's value means.
const listing = `
User Controls

                     brightness 0x00980900 (int)    : min=-64 max=64 step=2 default=0 value=-10 flags=slider
                white_balance 0x0098090c (bool)   : default=1 value=0
           power_line_frequency 0x00980918 (menu)   : min=0 max=2 default=1 value=2 (60 Hz)
				0: Disabled
				1: 50 Hz
				2: 60 Hz
                        string 0x0098f904 (str)    : min=2 max=4 step=1 value='0: x' flags=has-payload
                         array 0x0098f90b (u16)    : min=5 max=256 step=1 default=24 dims=[8][16]

Codec Controls

                force_key_frame 0x009909e5 (button) : value=0 flags=write-only, execute-on-write
                   h264_profile 0x00990a6b (menu)   : min=0 max=4 default=4 value=4
				0: Baseline
				4: High

Camera Controls

         exposure_time_absolute 0x009a0902 (int)    : min=3 max=2047 step=1 default=250 value=250 flags=inactive
             auto_exposure_bias 0x009a0913 (intmenu): min=0 max=1 default=1 value=1 (0 0x0)
				0: -2000 (0xfffffffffffff830)
				1: 0 (0x0)
               link_frequency 0x009f0901 (int64)  : min=0 max=1 step=1 default=0 value=456000000 flags=read-only, volatile
`;

test("every control with its range, its default, its value and its choices", () => {
	const range = { min: 0, max: 2 };
	assert.deepEqual(parseVideoControls(listing), [
		{
			...nothing,
			token: "brightness",
			type: "int",
			min: -64,
			max: 64,
			step: 2,
			default: 0,
			value: -10,
		},
		{ ...nothing, token: "white_balance", type: "bool", default: 1, value: 0 },
		{
			...nothing,
			...range,
			token: "power_line_frequency",
			type: "menu",
			default: 1,
			value: 2,
			menu: [
				{ value: 0, name: "Disabled" },
				{ value: 1, name: "50 Hz" },
				{ value: 2, name: "60 Hz" },
			],
		},
		{ ...nothing, token: "force_key_frame", type: "button" },
		{
			...nothing,
			token: "h264_profile",
			type: "menu",
			min: 0,
			max: 4,
			default: 4,
			value: 4,
			menu: [
				{ value: 0, name: "Baseline" },
				{ value: 4, name: "High" },
			],
		},
		{
			...nothing,
			token: "exposure_time_absolute",
			type: "int",
			min: 3,
			max: 2047,
			step: 1,
			default: 250,
			value: 250,
			inactive: true,
		},
		{
			...nothing,
			token: "auto_exposure_bias",
			type: "intmenu",
			min: 0,
			max: 1,
			default: 1,
			value: 1,
			menu: [
				{ value: 0, name: "-2000" },
				{ value: 1, name: "0" },
			],
		},
		{
			...nothing,
			token: "link_frequency",
			type: "int64",
			min: 0,
			max: 1,
			step: 1,
			default: 0,
			value: 456000000,
			readOnly: true,
		},
	]);
});

test("a driver that lists controls for ever is cut short", () => {
	const line =
		" gain 0x00980913 (int) : min=0 max=1 step=1 default=0 value=0\n";
	const choices = "  1: one\n".repeat(1000);
	const controls = parseVideoControls((line + choices).repeat(300));
	assert.equal(controls.length, 256);
	assert.ok(controls.every(({ menu }) => menu.length <= 256));
});

test("what v4l2-ctl is told", () => {
	assert.deepEqual(listControlsLine("/dev/video0"), [
		"--device",
		"/dev/video0",
		"--list-ctrls-menus",
	]);
	assert.deepEqual(setControlLine("/dev/video0", "brightness", -3), [
		"--device",
		"/dev/video0",
		"--set-ctrl",
		"brightness=-3",
	]);
});

test("a refusal comes in v4l2-ctl's words, and a missing v4l2-ctl with its package", async (t) => {
	const folder = await mkdtemp(join(tmpdir(), "onvifd-test-"));
	t.after(() => rm(folder, { recursive: true }));
	const file = join(folder, "v4l2-ctl");
	await writeFile(
		file,
		`#!/bin/sh
case "$4" in
gain=9) echo 'gain: Numerical result out of range' >&2 ;;
gain=8) exit 1 ;;
esac
`,
	);
	await chmod(file, 0o755);
	const access = videoControlAccess(file);
	assert.equal(await access.set("/dev/video0", "gain", 1), undefined);
	assert.equal(
		await access.set("/dev/video0", "gain", 9),
		"gain: Numerical result out of range",
	);
	assert.equal(await access.set("/dev/video0", "gain", 8), "exit status 1");
	assert.deepEqual(await access.list("/dev/video0"), []);
	await assert.rejects(
		videoControlAccess(join(folder, "none")).list("/dev/video0"),
		/^Error: \/dev\/video0 does not tell its controls: v4l2-ctl is not installed: run `apt-get install v4l-utils` as root$/,
	);
});
