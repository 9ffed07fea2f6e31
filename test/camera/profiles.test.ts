import assert from "node:assert/strict";
import { test } from "node:test";
import { open, stateDir } from "./helpers.ts";
import { refusedAs } from "./refused.ts";

const source = "videoSourceConfiguration";
const encoder = "videoEncoderConfiguration";

test("ready profiles come from the settings, complete and fixed", async (t) => {
	const camera = await open(await stateDir(t));
	assert.deepEqual(
		camera.profiles.map((p) => [p.token, p.fixed, p[encoder]]),
		[
			["main", true, "main-encoder"],
			["sub", true, "sub-encoder"],
			["jpeg", true, "jpeg-encoder"],
		],
	);
	assert(camera.profiles.every((p) => p[source] === "video-source-config"));
	await assert.rejects(
		camera.deleteProfile("main"),
		refusedAs("DeletionOfFixedProfile"),
	);
});

test("created profiles are empty and can be deleted", async (t) => {
	const camera = await open(await stateDir(t));
	assert.deepEqual(await camera.createProfile("SynoTestProfile", "Syno.1"), {
		token: "Syno.1",
		name: "SynoTestProfile",
		fixed: false,
	});
	await assert.rejects(
		camera.createProfile("again", "Syno.1"),
		refusedAs("ProfileExists"),
	);
	await camera.deleteProfile("Syno.1");
	assert.equal(camera.profile("Syno.1"), undefined);
	await assert.rejects(camera.deleteProfile("Syno.1"), refusedAs("NoProfile"));
});

test("tokens that would not stand in a URI are refused", async (t) => {
	const camera = await open(await stateDir(t));
	for (const token of ["", "..", "a/b", "a b", "é", "a".repeat(65)]) {
		await assert.rejects(
			camera.createProfile("x", token),
			refusedAs("InvalidValue"),
		);
	}
});

test("profiles are as many as the settings allow", async (t) => {
	const camera = await open(await stateDir(t));
	const first = await camera.createProfile("a");
	await camera.createProfile("b");
	assert.equal(first.token, "profile-1");
	await assert.rejects(camera.createProfile("c"), refusedAs("MaxNVTProfiles"));
	await assert.rejects(
		camera.createProfile("c", "main"),
		refusedAs("ProfileExists"),
	);
	await camera.deleteProfile(first.token);
	assert.equal((await camera.createProfile("c")).token, "profile-1");
});

test("use counts follow Add, Add again, replace, Remove, Delete (MEDIA-2-2-12..15, 2-3-13..16)", async (t) => {
	const camera = await open(await stateDir(t));
	const { token } = await camera.createProfile("x");
	const counts = () => [
		camera.useCount(source, "video-source-config"),
		camera.useCount(encoder, "main-encoder"),
		camera.useCount(encoder, "sub-encoder"),
	];
	assert.deepEqual(counts(), [3, 1, 1]);
	await camera.addToProfile(token, source, "video-source-config");
	await camera.addToProfile(token, encoder, "main-encoder");
	assert.deepEqual(counts(), [4, 2, 1]);
	await camera.addToProfile(token, encoder, "main-encoder");
	assert.deepEqual(counts(), [4, 2, 1]);
	await camera.addToProfile(token, encoder, "sub-encoder");
	assert.deepEqual(counts(), [4, 1, 2]);
	await camera.removeFromProfile(token, source);
	await camera.removeFromProfile(token, source);
	assert.deepEqual(counts(), [3, 1, 2]);
	await camera.deleteProfile(token);
	assert.deepEqual(counts(), [3, 1, 1]);
});

test("unknown profiles and configurations are told apart", async (t) => {
	const camera = await open(await stateDir(t));
	await assert.rejects(
		camera.addToProfile("none", encoder, "none"),
		refusedAs("NoProfile"),
	);
	await assert.rejects(
		camera.addToProfile("main", encoder, "none"),
		refusedAs("NoConfig"),
	);
	await assert.rejects(
		camera.addToProfile("main", source, "main-encoder"),
		refusedAs("NoConfig"),
	);
	await assert.rejects(
		camera.removeFromProfile("none", source),
		refusedAs("NoProfile"),
	);
});

test("an encoder is in use while a profile with a source has it", async (t) => {
	const camera = await open(await stateDir(t));
	const inUse = () => camera.encoderConfigurationsInUse.map((c) => c.token);
	assert.deepEqual(inUse(), ["main-encoder", "sub-encoder", "jpeg-encoder"]);
	await camera.removeFromProfile("sub", encoder);
	assert.deepEqual(inUse(), ["main-encoder", "jpeg-encoder"]);
	await camera.removeFromProfile("jpeg", source);
	assert.deepEqual(inUse(), ["main-encoder"]);
	await camera.addToProfile("main", encoder, "sub-encoder");
	assert.deepEqual(inUse(), ["sub-encoder"]);
});
