import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import type { AudioSettings } from "../../src/camera/settings.ts";
import type { AudioEncoderConfiguration } from "../../src/camera/types.ts";
import { listeningLog, mainProfile, open, stateDir } from "./helpers.ts";
import { refusedAs } from "./refused.ts";

const source = "audioSourceConfiguration";
const encoder = "audioEncoderConfiguration";
const audio: AudioSettings = {
	channels: 1,
	encoding: "G711",
	bitrateKbit: 64,
	sampleRateKHz: 8,
};

test("a camera without microphone has nothing of sound", async (t) => {
	const camera = await open(await stateDir(t));
	assert.equal(camera.audioSource, undefined);
	assert.deepEqual(camera.audioSourceConfigurations, []);
	assert.deepEqual(camera.audioEncoderConfigurations, []);
	assert(camera.profiles.every((p) => !(source in p) && !(encoder in p)));
});

test("ready profiles carry sound unless their owner wants them silent, all the same", async (t) => {
	const camera = await open(await stateDir(t), {
		audio,
		profiles: [
			mainProfile,
			{ ...mainProfile, token: "silent", audio: false },
			{ ...mainProfile, token: "loud", audio: true },
		],
	});
	assert.deepEqual(camera.audioSource, { token: "audio", channels: 1 });
	assert.deepEqual(
		camera.profiles.map((p) => [p[source], p[encoder]]),
		[
			["audio-source-config", "audio-encoder"],
			[undefined, undefined],
			["audio-source-config", "audio-encoder"],
		],
	);
	assert.equal(camera.useCount(encoder, "audio-encoder"), 2);
	assert.equal(camera.useCount(source, "audio-source-config"), 2);
	assert.equal(
		camera.audioSourceConfiguration("audio-source-config")?.sourceToken,
		"audio",
	);
});

test("sound is in use while a profile with video has both of its parts", async (t) => {
	const camera = await open(await stateDir(t), {
		audio,
		profiles: [mainProfile],
	});
	const inUse = () =>
		camera.audioEncoderConfigurationsInUse.map((c) => c.token);
	assert.deepEqual(inUse(), ["audio-encoder"]);
	await camera.removeFromProfile("main", source);
	assert.deepEqual(inUse(), []);
	await camera.addToProfile("main", source, "audio-source-config");
	assert.deepEqual(inUse(), ["audio-encoder"]);
	await camera.removeFromProfile("main", "videoEncoderConfiguration");
	assert.deepEqual(inUse(), [], "what cannot be watched is not heard");
	await camera.createProfile("Mine", "mine");
	await assert.rejects(
		camera.addToProfile("mine", encoder, "main-encoder"),
		refusedAs("NoConfig"),
	);
	await camera.addToProfile("mine", encoder, "audio-encoder");
	assert.equal(camera.useCount(encoder, "audio-encoder"), 2);
});

test("an audio encoder takes what its options list, and nothing else", async (t) => {
	const camera = await open(await stateDir(t), { audio });
	const current = camera.audioEncoderConfiguration("audio-encoder");
	assert(current);
	const set = (change: Partial<AudioEncoderConfiguration>) =>
		camera.setAudioEncoderConfiguration({ ...current, ...change });
	for (const { encoding, bitratesKbit, sampleRatesKHz } of camera
		.audioEncoderOptions.encodings)
		for (const bitrateKbit of bitratesKbit)
			for (const sampleRateKHz of sampleRatesKHz) {
				await set({ encoding, bitrateKbit, sampleRateKHz });
				assert.deepEqual(camera.audioEncoderConfiguration("audio-encoder"), {
					...current,
					encoding,
					bitrateKbit,
					sampleRateKHz,
				});
			}
	for (const change of [
		{ sampleRateKHz: 16 },
		{ bitrateKbit: 48 },
		{ encoding: "AAC", sampleRateKHz: 8, bitrateKbit: 32 } as const,
		{ multicast: { ...current.multicast, address: "192.0.2.1" } },
	])
		await assert.rejects(set(change), refusedAs("ConfigModify"));
	await assert.rejects(set({ token: "other" }), refusedAs("NoConfig"));
	await set({ name: "Microphone", sessionTimeout: 0 });
	const changed = camera.audioEncoderConfiguration("audio-encoder");
	assert.deepEqual(
		[changed?.name, changed?.sessionTimeout],
		["Microphone", 10],
	);
});

test("of an audio source configuration only the name can be set", async (t) => {
	const camera = await open(await stateDir(t), { audio });
	const [current] = camera.audioSourceConfigurations;
	assert(current);
	await camera.setAudioSourceConfiguration({ ...current, name: "Yard" });
	assert.equal(camera.audioSourceConfigurations[0]?.name, "Yard");
	await assert.rejects(
		camera.setAudioSourceConfiguration({ ...current, sourceToken: "other" }),
		refusedAs("ConfigModify"),
	);
});

test("what clients change of sound survives a restart, and the owner's later word wins", async (t) => {
	const dir = await stateDir(t);
	const settings = { audio, profiles: [mainProfile] };
	const camera = await open(dir, settings);
	const current = camera.audioEncoderConfiguration("audio-encoder");
	assert(current);
	await camera.setAudioEncoderConfiguration({
		...current,
		encoding: "AAC",
		bitrateKbit: 32,
		sampleRateKHz: 16,
	});
	await camera.removeFromProfile("main", encoder);
	const again = await open(dir, settings);
	assert.equal(again.audioEncoderConfigurations[0]?.encoding, "AAC");
	assert.equal(again.profile("main")?.[encoder], undefined);
	assert.equal(again.revision, camera.revision);

	await again.addToProfile("main", encoder, "audio-encoder");
	const silent = await open(dir, {
		audio,
		profiles: [{ ...mainProfile, audio: false }],
	});
	assert.equal(silent.profile("main")?.[encoder], undefined);
	const deaf = await open(dir, { profiles: [mainProfile] });
	assert.deepEqual(deaf.audioEncoderConfigurations, []);
	assert.equal(deaf.profile("main")?.[source], undefined);
	const heard = await open(dir, settings);
	assert.equal(heard.profile("main")?.[encoder], "audio-encoder");
	assert.equal(heard.audioEncoderConfigurations[0]?.encoding, "G711");
});

test("what was stored before there was sound is taken over, and sound is added", async (t) => {
	const dir = await stateDir(t);
	const camera = await open(dir, { profiles: [mainProfile] });
	await camera.createProfile("Mine", "mine");
	const path = join(dir, "camera.json");
	const old = JSON.parse(await readFile(path, "utf8"));
	for (const state of [old.configured, old.current]) {
		assert.deepEqual(state.audioSourceConfigurations, []);
		delete state.audioSourceConfigurations;
		delete state.audioEncoderConfigurations;
	}
	await writeFile(path, JSON.stringify(old));
	const log = listeningLog();
	const same = await open(dir, { profiles: [mainProfile] }, log);
	assert.equal(same.revision, camera.revision);
	const again = await open(dir, { audio, profiles: [mainProfile] }, log);
	assert.deepEqual(log.lines, []);
	assert.equal(again.profile("main")?.[encoder], "audio-encoder");
	assert.equal(again.profile("mine")?.[encoder], undefined);
});

test("sound that cannot be encoded is refused at the start, by name", async (t) => {
	await assert.rejects(
		open(await stateDir(t), { audio: { ...audio, sampleRateKHz: 16 } }),
		/^CameraError: audio: G711 has sample rates of 8 kHz, not 16$/,
	);
});
