import assert from "node:assert/strict";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import type { Changed } from "../../src/camera/keeper.ts";
import { openCamera } from "../../src/camera/open.ts";
import {
	listeningLog,
	mainProfile,
	open,
	settings,
	stateDir,
} from "./helpers.ts";
import { refusedAs } from "./refused.ts";

const encoder = "videoEncoderConfiguration";

test("what clients change survives a restart", async (t) => {
	const dir = await stateDir(t);
	const camera = await open(dir);
	await camera.createProfile("Mine", "mine");
	await camera.addToProfile("mine", encoder, "sub-encoder");
	await camera.removeFromProfile("jpeg", encoder);
	await camera.setDiscoveryMode("NonDiscoverable");
	await camera.addScopes(["onvif://www.onvif.org/name/Yard"]);
	const sub = camera.videoEncoderConfiguration("sub-encoder");
	assert(sub);
	await camera.setVideoEncoderConfiguration({ ...sub, bitrateKbit: 512 });

	const again = await open(dir);
	assert.deepEqual(again.profiles, camera.profiles);
	assert.deepEqual(again.scopes, camera.scopes);
	assert.equal(again.discoveryMode, "NonDiscoverable");
	assert.equal(
		again.videoEncoderConfiguration("sub-encoder")?.bitrateKbit,
		512,
	);
	assert.equal(again.revision, camera.revision);
	assert.equal(again.profile("jpeg")?.[encoder], undefined);
	assert.deepEqual(await readdir(dir), ["camera.json"]);
	assert.equal((await stat(join(dir, "camera.json"))).mode & 0o777, 0o600);
});

test("the owner's later edits win, key by key", async (t) => {
	const dir = await stateDir(t);
	const camera = await open(dir);
	const current = camera.videoEncoderConfiguration("main-encoder");
	assert(current);
	await camera.setVideoEncoderConfiguration({
		...current,
		bitrateKbit: 1000,
		govLength: 50,
	});
	const edited = await open(dir, {
		profiles: [{ ...mainProfile, bitrateKbit: 3000 }],
	});
	const merged = edited.videoEncoderConfiguration("main-encoder");
	assert.equal(merged?.bitrateKbit, 3000);
	assert.equal(merged?.govLength, 50);
	assert(edited.revision > camera.revision);

	await edited.setVideoEncoderConfiguration({ ...merged, bitrateKbit: 900 });
	const third = await open(dir, {
		profiles: [{ ...mainProfile, bitrateKbit: 3000 }],
	});
	assert.equal(
		third.videoEncoderConfiguration("main-encoder")?.bitrateKbit,
		900,
	);
});

test("discovery mode and location: the owner's later word wins", async (t) => {
	const dir = await stateDir(t);
	const camera = await open(dir, { location: "Yard" });
	await camera.setDiscoveryMode("NonDiscoverable");
	await camera.setScopes(["onvif://www.onvif.org/location/Shed"]);
	const same = await open(dir, { location: "Yard" });
	assert.equal(same.discoveryMode, "NonDiscoverable");
	assert.equal(same.scopes.at(-1)?.item, "onvif://www.onvif.org/location/Shed");
	await open(dir, { location: "Roof", discoveryMode: "NonDiscoverable" });
	const edited = await open(dir, {
		location: "Roof",
		discoveryMode: "Discoverable",
	});
	assert.equal(edited.discoveryMode, "Discoverable");
	assert.equal(
		edited.scopes.at(-1)?.item,
		"onvif://www.onvif.org/location/Roof",
	);
});

test("profiles follow the configuration, created ones stay", async (t) => {
	const dir = await stateDir(t);
	const camera = await open(dir);
	await camera.createProfile("Mine", "mine");
	await camera.addToProfile("mine", encoder, "sub-encoder");
	await camera.addToProfile(
		"mine",
		"videoSourceConfiguration",
		"video-source-config",
	);
	const edited = await open(dir, {
		profiles: [mainProfile, { ...mainProfile, token: "extra" }],
	});
	assert.deepEqual(
		edited.profiles.map((p) => [p.token, p.fixed, p[encoder]]),
		[
			["main", true, "main-encoder"],
			["extra", true, "extra-encoder"],
			["mine", false, undefined],
		],
	);
	assert.deepEqual(
		edited.videoEncoderConfigurations.map((c) => c.token),
		["main-encoder", "extra-encoder"],
	);
});

test("a client's choice that became impossible gives way, with a word", async (t) => {
	const dir = await stateDir(t);
	const camera = await open(dir);
	const current = camera.videoEncoderConfiguration("main-encoder");
	assert(current);
	await camera.setVideoEncoderConfiguration({
		...current,
		width: 640,
		height: 480,
	});
	const log = listeningLog();
	const edited = await open(
		dir,
		{ profiles: [{ ...mainProfile, encoding: "JPEG", height: 960 }] },
		log,
	);
	assert.deepEqual(
		[
			edited.videoEncoderConfigurations[0]?.width,
			edited.videoEncoderConfigurations[0]?.height,
		],
		[1280, 960],
	);
	assert.match(log.lines.join(), /no longer possible.*main-encoder/);
});

for (const [name, text] of [
	["cut off", '{"version":1,"conf'],
	["empty", ""],
	["of a newer version", '{"version":2}'],
	["not of our making", '{"version":1,"configured":[],"current":null}'],
] as const) {
	test(`a file that is ${name} is kept aside, and the camera starts`, async (t) => {
		const dir = await stateDir(t);
		await writeFile(join(dir, "camera.json"), text);
		const log = listeningLog();
		const camera = await open(dir, {}, log);
		assert.equal(camera.profiles.length, 3);
		await camera.createProfile("x");
		const aside = "camera.json.broken-2026-01-02T030405.000Z";
		assert.deepEqual((await readdir(dir)).sort(), ["camera.json", aside]);
		assert.equal(await readFile(join(dir, aside), "utf8"), text);
		assert.match(log.lines.join(), /camera\.json is damaged/);
	});
}

test("a file with one wrong value says which", async (t) => {
	const dir = await stateDir(t);
	await (await open(dir)).createProfile("Mine", "mine");
	const path = join(dir, "camera.json");
	const good = await readFile(path, "utf8");
	for (const [right, wrong, place] of [
		['"H264"', '"H266"', "/configured/videoEncoderConfigurations/0/encoding"],
		['"width": 1280', '"width": "1280"', "/0/bounds/width"],
		['"fixed": true', '"fixed": 1', "/configured/profiles/0/fixed"],
		['"mine"', '"mine", "more": 1', "/current/profiles/3/more"],
		['"quality": 80', '"quality": null', "/0/quality"],
		['"revision": 1', '"revision": 0', "/configured/revision"],
	] as const) {
		await writeFile(path, good.replace(right, wrong));
		const log = listeningLog();
		const camera = await open(dir, {}, log);
		assert.equal(camera.profiles.length, 3);
		assert(log.lines.join().includes(place), log.lines.join());
	}
	await writeFile(path, good);
	assert.equal((await open(dir)).profiles.length, 4);
});

test("whatever a client may call things survives a restart", async (t) => {
	const dir = await stateDir(t);
	const camera = await open(dir);
	for (const name of ["", "𝄞".repeat(64)]) {
		await camera.createProfile(name);
	}
	assert.deepEqual((await open(dir)).profiles, camera.profiles);
});

test("a change that cannot be stored did not happen", async () => {
	const seen: Changed[] = [];
	const camera = await openCamera(
		settings,
		{
			load: async () => undefined,
			save: () => Promise.reject(new Error("ENOSPC")),
		},
		listeningLog(),
	);
	camera.onChanged((changed) => seen.push(changed));
	await assert.rejects(camera.createProfile("x"), refusedAs("NotStored"));
	assert.equal(camera.profiles.length, 3);
	assert.equal(camera.revision, 1);
	assert.deepEqual(seen, []);
});

test("an unreadable file stops the start instead of being forgotten", async (t) => {
	const dir = await stateDir(t);
	await mkdir(join(dir, "camera.json"));
	await assert.rejects(open(dir), { code: "EISDIR" });
});

test("listeners hear what changed, once it is stored, and nothing of no change", async (t) => {
	const camera = await open(await stateDir(t));
	const seen: string[][] = [];
	const stop = camera.onChanged((changed) => seen.push([...changed]));
	await camera.setDiscoveryMode("Discoverable");
	await camera.removeFromProfile("main", "videoSourceConfiguration");
	await camera.removeFromProfile("main", "videoSourceConfiguration");
	await camera.setScopes([]);
	assert.deepEqual(seen, [["profiles"], ["configurableScopes"]]);
	assert.equal(camera.revision, 3);
	stop();
	await camera.createProfile("x");
	assert.equal(seen.length, 2);
});

test("changes at the same time happen one after the other", async (t) => {
	const dir = await stateDir(t);
	const camera = await open(dir, { maximumProfiles: 8 });
	const results = await Promise.allSettled(
		Array.from({ length: 10 }, (_, i) => camera.createProfile(`p${i}`)),
	);
	assert.equal(results.filter((r) => r.status === "fulfilled").length, 5);
	assert.equal(new Set(camera.profiles.map((p) => p.token)).size, 8);
	assert.equal((await open(dir, { maximumProfiles: 8 })).profiles.length, 8);
});
