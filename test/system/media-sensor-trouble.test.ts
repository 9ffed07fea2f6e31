import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { MediaSensors } from "../../src/system/media-sensor.ts";
import { anySensor, isTrouble, wish } from "./sensor-trouble.ts";
import { standInSensor } from "./stand-in-sensor.ts";

test("a pipeline in use names who uses it", async (t) => {
	const board = standInSensor(t);
	writeFileSync(join(board.folder, "busy"), String(process.pid));
	await assert.rejects(
		board.setUp(),
		isTrouble(
			"busy",
			`the sensor "ov5640 3-003c" of ${board.node} cannot be set up while it streams: it is used by a program that this user may not see; \`fuser -v /dev/video*\` as root names it`,
		),
	);
	const { openSync, closeSync } = await import("node:fs");
	const open = openSync(board.node, "r");
	try {
		await assert.rejects(
			board.setUp(),
			isTrouble(
				"busy",
				new RegExp(`it is used by .+ \\(pid ${process.pid}\\): stop it`),
			),
		);
	} finally {
		closeSync(open);
	}
	rmSync(join(board.folder, "busy"));
	assert.equal((await board.setUp())?.kind, "raw");
});

test("sub-devices that may not be opened are explained", async (t) => {
	const board = standInSensor(t);
	writeFileSync(join(board.folder, "forbidden"), "");
	await assert.rejects(
		board.setUp(),
		isTrouble(
			"permission",
			/^\/dev\/media0 and its \/dev\/v4l-subdev\* set up the camera .*usermod -aG video USER/,
		),
	);
});

test("a missing media-ctl is said with its package", async (t) => {
	const board = standInSensor(t);
	const sensors = new MediaSensors(board.log, {
		mediaCtl: join(board.folder, "none", "media-ctl"),
		sys: board.sys,
	});
	await assert.rejects(
		sensors.setUp({
			path: board.node,
			choice: anySensor,
			kinds: ["raw"],
			...wish,
			formats: async () => [],
		}),
		isTrouble(
			"no-tool",
			`${board.node} has a sensor to set up: media-ctl is not installed: run \`apt-get install v4l-utils\` as root`,
		),
	);
});

test("one that does not answer is given up", async (t) => {
	const board = standInSensor(t);
	const hanging = join(board.folder, "hanging");
	writeFileSync(hanging, "#!/bin/sh\nexec sleep 60\n", { mode: 0o755 });
	const sensors = new MediaSensors(board.log, {
		mediaCtl: hanging,
		sys: board.sys,
		timeoutMs: 100,
	});
	await assert.rejects(
		sensors.setUp({
			path: board.node,
			choice: anySensor,
			kinds: ["raw"],
			...wish,
			formats: async () => [],
		}),
		isTrouble("failed", /hanging did not answer within 0\.1 s/),
	);
});

test("a configured controller or sensor that is not there is said, with what is", async (t) => {
	const board = standInSensor(t);
	await assert.rejects(
		board.setUp({ choice: { ...anySensor, entity: "imx219 *" } }),
		isTrouble(
			"failed",
			`no sensor named "imx219 *" leads to ${board.node} in /dev/media0; its sensors are "ov5640 3-003c", "gc2145 3-003d": mend source.v4l2.mediaController.entity`,
		),
	);
	await assert.rejects(
		board.setUp({ choice: { ...anySensor, device: "/dev/media7" } }),
		isTrouble(
			"missing",
			`/dev/media7, the media controller of ${board.node}, is not there`,
		),
	);
});
