import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { chainPlans } from "../src/chain-plans.ts";
import { loadConfig } from "../src/config/load.ts";

const file = fileURLToPath(
	new URL("../fixtures/config/valid/chain.yaml", import.meta.url),
);

test("a profile's chain reads the source's camera, or its own", () => {
	const sensor = { entity: "ov5640 *", device: null, busFormat: null };
	const { profiles } = loadConfig(file);
	const source = {
		kind: "v4l2",
		device: "/dev/video0",
		mediaController: sensor,
	} as const;
	assert.deepEqual(
		[...chainPlans({ source, profiles })],
		[
			[
				"main-encoder",
				{
					camera: "/dev/video0",
					mediaController: sensor,
					loopback: "/dev/video10",
					direct: undefined,
				},
			],
			[
				"jpeg-encoder",
				{
					camera: "/dev/video1",
					mediaController: undefined,
					loopback: "/dev/video11",
					direct: { port: 8556 },
				},
			],
		],
	);
});

test("without the engine there is no chain", () =>
	assert.equal(chainPlans(loadConfig(undefined)).size, 0));
