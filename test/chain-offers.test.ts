import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { withChainOffers } from "../src/chain-offers.ts";
import { loadConfig } from "../src/config/load.ts";

const file = fileURLToPath(
	new URL("../fixtures/config/valid/chain.yaml", import.meta.url),
);

test("a chain offers Baseline, the bit rate that its owner tells, and the camera's sizes", async () => {
	const { profiles } = loadConfig(file);
	const source = {
		kind: "v4l2",
		// Not there, so that nobody knows its sizes.
		device: "/dev/none-of-these",
		mediaController: { entity: null, device: null, busFormat: null },
	} as const;
	const plain = profiles.map((profile) => ({ ...profile, chain: undefined }));
	const offered = await withChainOffers({
		source,
		profiles: [...profiles.slice(0, 1), ...plain.slice(1)],
	});
	const [main, other] = offered;
	assert.equal(main?.h264Profile, "Baseline");
	assert.deepEqual(main.offer?.limits.h264Profiles, ["Baseline"]);
	const { bitrateKbit } = main;
	assert.deepEqual(main.offer.limits.bitrateKbit, {
		min: bitrateKbit,
		max: bitrateKbit,
	});
	assert.equal(main.offer.source, undefined);
	assert.equal(other?.offer, undefined);
});
