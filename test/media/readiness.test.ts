import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { readiness } from "../../src/media/gstreamer/readiness.ts";
import type { Plan } from "../../src/media/types.ts";
import { encoderConfiguration } from "../helpers/media.ts";

const plan: Plan = {
	capture: {
		source: { kind: "test", pattern: "ball", clock: true },
		width: 1280,
		height: 720,
		frameRate: 15,
	},
	streams: [
		{ token: "main", encoder: encoderConfiguration({}) },
		{
			token: "jpeg",
			encoder: encoderConfiguration({
				encoding: "JPEG",
				width: 640,
				height: 360,
			}),
		},
	],
};
const device = {
	mode: () => Promise.resolve(undefined),
	explain: () => Promise.resolve(undefined),
	whenBack: () => Promise.resolve(),
};

test("nothing is wrong where everything is installed", async () => {
	assert.deepEqual(await readiness(plan, device), {
		troubles: [],
		mode: undefined,
	});
});

test("each missing element is told with the package that has it, and the device's trouble too", async () => {
	const folder = mkdtempSync(join(tmpdir(), "onvifd-test-"));
	const before = { ...process.env };
	Object.assign(process.env, {
		GST_PLUGIN_SYSTEM_PATH_1_0: folder,
		GST_REGISTRY_1_0: join(folder, "registry.bin"),
	});
	try {
		const { troubles } = await readiness(plan, {
			...device,
			mode: () => Promise.reject(new Error("no camera")),
		});
		assert.ok(
			troubles.includes(
				"the GStreamer element x264enc is missing: apt-get install gstreamer1.0-plugins-ugly",
			),
			troubles.join("\n"),
		);
		assert.ok(
			troubles.includes(
				"the GStreamer element shmsink is missing: apt-get install gstreamer1.0-plugins-bad",
			),
		);
		assert.equal(troubles.at(-1), "no camera");
		const { troubles: own } = await readiness(plan, {
			...device,
			mode: () =>
				Promise.resolve({
					width: 1280,
					height: 720,
					frameRate: 15,
					fourcc: "H264",
					compression: "h264",
				}),
		});
		assert.ok(
			own.includes(
				"the GStreamer element avdec_h264 is missing: apt-get install gstreamer1.0-libav",
			),
			own.join("\n"),
		);
		assert.ok(!own.some((line) => line.includes("x264enc")), own.join("\n"));
	} finally {
		process.env = before;
		rmSync(folder, { recursive: true, force: true });
	}
});
