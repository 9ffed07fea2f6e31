import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Trouble } from "../../src/doctor/finding.ts";
import { lookAtSensor } from "../../src/doctor/sensor.ts";
import { standInSensor } from "../system/stand-in-sensor.ts";

const anySensor = { entity: null, device: null, busFormat: null };

test("a sensor is told with its way to the device, and nothing is changed", async (t) => {
	const { node, mediaCtl, sys, asked } = standInSensor(t);
	assert.equal(
		await lookAtSensor(node, anySensor, { mediaCtl, sys }),
		`"ov5640 3-003c" -> "sun6i-csi-bridge" -> ${node} in /dev/media0; now UYVY8_2X8 640x480, set up anew before each start`,
	);
	assert.deepEqual(asked(), ["-p"]);
});

test("a camera without one has no such check", async (t) => {
	const { node, mediaCtl, folder } = standInSensor(t);
	const sys = join(folder, "none");
	assert.equal(
		await lookAtSensor(node, anySensor, { mediaCtl, sys }),
		undefined,
	);
});

test("what stands in the way comes with its remedy", async (t) => {
	const { node, mediaCtl, sys, folder } = standInSensor(t);
	const trouble = (remedy: string, message: RegExp) => (error: unknown) => {
		assert.ok(error instanceof Trouble, String(error));
		assert.equal(error.remedy, remedy);
		assert.match(error.message, message);
		return true;
	};
	await assert.rejects(
		lookAtSensor(node, { ...anySensor, entity: "imx219*" }, { mediaCtl, sys }),
		trouble(
			"mend source.v4l2.mediaController",
			/no sensor named "imx219\*" .* "ov5640 3-003c", "gc2145 3-003d"/,
		),
	);
	await assert.rejects(
		lookAtSensor(node, anySensor, { mediaCtl: join(folder, "none"), sys }),
		trouble("apt-get install v4l-utils", /is not installed/),
	);
	writeFileSync(join(folder, "forbidden"), "");
	await assert.rejects(
		lookAtSensor(node, anySensor, { mediaCtl, sys }),
		trouble(
			"usermod -aG video USER, then log in again",
			/^"(ov5640 3-003c|sun6i-csi-bridge)" .* may not be opened by this user$/,
		),
	);
});
