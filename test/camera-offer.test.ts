import assert from "node:assert/strict";
import { test } from "node:test";
import { audioOffer } from "../src/camera-offer.ts";

const g711 = { encoding: "G711", bitrateKbit: 64, sampleRateKHz: 8 } as const;
const microphone = { input: { kind: "test" }, ...g711 } as const;
const camera = { input: { kind: "camera" }, ...g711 } as const;
const withAac: ReadonlySet<string> = new Set(["mulawenc", "avenc_aac"]);

test("sound of this machine may be encoded anew, another camera's is as it is", () => {
	assert.equal(audioOffer({ audio: undefined }, withAac), undefined);
	const common = { ...g711, channels: 1, notEncoded: [] };
	assert.deepEqual(audioOffer({ audio: microphone }, withAac), {
		...common,
		fixed: false,
	});
	assert.deepEqual(audioOffer({ audio: camera }, withAac), {
		...common,
		fixed: true,
	});
});

test("AAC is not offered where GStreamer has no encoder of it, as far as it says", () => {
	const lacks = (...known: readonly string[]) =>
		audioOffer({ audio: microphone }, new Set(known))?.notEncoded;
	assert.deepEqual(lacks("mulawenc"), ["AAC"]);
	assert.deepEqual(lacks(), []);
});
