import assert from "node:assert/strict";
import { test } from "node:test";
import { audioOutputOf } from "../../src/camera/audio-output.ts";
import { mainProfile, open, stateDir } from "./helpers.ts";
import { refusedAs } from "./refused.ts";

test("a camera without loudspeaker has nothing to talk through", async (t) => {
	const camera = await open(await stateDir(t));
	assert.equal(camera.audioOutputs.output, undefined);
	assert.deepEqual(camera.audioOutputs.configurations, []);
	assert.deepEqual(camera.audioOutputs.decoders, []);
	assert.ok(camera.profiles.every((p) => audioOutputOf(p) === undefined));
});

test("ready profiles can be talked through unless they are silent; both parts are needed", async (t) => {
	const camera = await open(await stateDir(t), {
		audioOutput: true,
		profiles: [mainProfile, { ...mainProfile, token: "silent", audio: false }],
	});
	const ways = () => camera.profiles.map((p) => audioOutputOf(p));
	assert.deepEqual(ways(), ["audio-output-config", undefined]);
	await camera.removeFromProfile("main", "audioDecoderConfiguration");
	assert.deepEqual(ways(), [undefined, undefined]);
	const [decoder] = camera.audioOutputs.decoders;
	assert.ok(decoder);
	const part = "audioDecoderConfiguration";
	await camera.addToProfile("main", part, decoder.token);
	assert.deepEqual(ways(), ["audio-output-config", undefined]);
	await assert.rejects(
		camera.addToProfile("main", part, "none"),
		refusedAs("NoConfig"),
	);
});

test("a level outlives a restart, and a loudspeaker that came later is everywhere", async (t) => {
	const dir = await stateDir(t);
	const before = await open(dir);
	await before.createProfile("Mine", "mine");
	const with_ = { audioOutput: true };
	const camera = await open(dir, with_);
	const [configuration] = camera.audioOutputs.configurations;
	assert.ok(configuration);
	assert.equal(configuration.outputLevel, 100);
	assert.deepEqual(
		camera.profiles.map((p) => audioOutputOf(p) !== undefined),
		[true, true, true, false],
	);
	await camera.audioOutputs.setConfiguration({
		...configuration,
		outputLevel: 40,
	});
	const again = await open(dir, with_);
	assert.equal(again.audioOutputs.configurations[0]?.outputLevel, 40);
	await assert.rejects(
		again.audioOutputs.setConfiguration({ ...configuration, outputLevel: 101 }),
		refusedAs("ConfigModify"),
	);
	const without = await open(dir);
	assert.ok(without.profiles.every((p) => audioOutputOf(p) === undefined));
});
