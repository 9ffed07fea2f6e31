import assert from "node:assert/strict";
import { test } from "node:test";
import { open, stateDir } from "./helpers.ts";
import { refusedAs } from "./refused.ts";

const location = "onvif://www.onvif.org/location/unknown";
const renamed = "onvif://www.onvif.org/name/Back%20door";

test("profile, type, hardware, name, MAC and location are there", async (t) => {
	const camera = await open(await stateDir(t));
	assert.deepEqual(camera.scopes, [
		{ item: "onvif://www.onvif.org/Profile/Streaming", fixed: true },
		{ item: "onvif://www.onvif.org/type/video_encoder", fixed: true },
		{ item: "onvif://www.onvif.org/hardware/Test%20board", fixed: true },
		{ item: "onvif://www.onvif.org/name/Front%20door", fixed: true },
		{ item: "onvif://www.onvif.org/MAC/02:00:00:00:00:01", fixed: true },
		{ item: location, fixed: false },
	]);
});

test("set replaces, add adds once, remove removes; the fixed stay", async (t) => {
	const camera = await open(await stateDir(t));
	const configurable = () =>
		camera.scopes.filter((s) => !s.fixed).map((s) => s.item);
	await camera.setScopes(camera.scopes.map((s) => s.item));
	assert.deepEqual(configurable(), [location]);
	await camera.setScopes(["onvif://www.onvif.org/name/Back door "]);
	assert.deepEqual(configurable(), [renamed]);
	await camera.addScopes([renamed, location]);
	assert.deepEqual(configurable(), [renamed, location]);
	await camera.removeScopes([renamed]);
	assert.deepEqual(configurable(), [location]);
	assert.equal(camera.scopes.length, 6);
});

test("removing is all or nothing", async (t) => {
	const camera = await open(await stateDir(t));
	const fixed = camera.scopes[0]?.item ?? "";
	await assert.rejects(
		camera.removeScopes([location, fixed]),
		refusedAs("FixedScope"),
	);
	await assert.rejects(
		camera.removeScopes([location, renamed]),
		refusedAs("NoScope"),
	);
	assert(camera.scopes.some((s) => s.item === location));
});

test("what is no URI, too long or too many is refused", async (t) => {
	const camera = await open(await stateDir(t));
	for (const item of [
		"",
		"name",
		"a:<b>",
		"a:\u0001",
		`a:${"b".repeat(200)}`,
	]) {
		await assert.rejects(camera.addScopes([item]), refusedAs("InvalidValue"));
	}
	const many = Array.from({ length: 17 }, (_, i) => `a:${i}`);
	await assert.rejects(camera.setScopes(many), refusedAs("TooManyScopes"));
	await camera.setScopes(many.slice(0, 16));
	await assert.rejects(camera.addScopes(["a:x"]), refusedAs("TooManyScopes"));
});
