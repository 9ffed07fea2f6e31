import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { audioReadiness } from "../../../src/media/audio/readiness.ts";
import type { AudioPlan } from "../../../src/media/types.ts";
import { g711 } from "./configuration.ts";

const plan: AudioPlan = {
	input: { kind: "alsa", device: "default" },
	streams: [
		{ token: "a", encoder: g711 },
		{
			token: "b",
			encoder: { ...g711, encoding: "AAC", bitrateKbit: 32, sampleRateKHz: 16 },
		},
	],
};

test("nothing is wrong where everything is installed, or nothing is wanted", async () => {
	assert.deepEqual(await audioReadiness(plan), []);
	assert.deepEqual(await audioReadiness(undefined), []);
});

test("each missing element is told with the package that has it", async (t) => {
	const folder = mkdtempSync(join(tmpdir(), "onvifd-test-"));
	const before = { ...process.env };
	Object.assign(process.env, {
		GST_PLUGIN_SYSTEM_PATH_1_0: folder,
		GST_REGISTRY_1_0: join(folder, "registry.bin"),
	});
	t.after(() => {
		process.env = before;
		rmSync(folder, { recursive: true });
	});
	const troubles = await audioReadiness(plan);
	for (const [element, owner] of [
		["alsasrc", "gstreamer1.0-alsa"],
		["voaacenc", "gstreamer1.0-plugins-bad"],
		["rtppcmupay", "gstreamer1.0-plugins-good"],
	])
		assert.ok(
			troubles.includes(
				`the GStreamer element ${element} is missing: apt-get install ${owner}`,
			),
			troubles.join("\n"),
		);
});
