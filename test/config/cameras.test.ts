import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { loadConfig } from "../../src/config/load.ts";

const fixtures = fileURLToPath(
	new URL("../../fixtures/config/valid/", import.meta.url),
);
const { cameras, stateDir } = loadConfig(join(fixtures, "cameras.yaml"), {
	uid: 0,
	home: "/root",
	stateHome: undefined,
});
const each = <Value>(of: (camera: (typeof cameras)[number]) => Value) =>
	cameras.map(of);

test("each entry is a camera, in the file's order", () => {
	assert.deepEqual(
		each(({ token, name, prefix }) => [token, name, prefix]),
		[
			["front", "Front door", "cameras[0]."],
			["back", "back", "cameras[1]."],
			["yard", "yard", "cameras[2]."],
			["lan1", "lan1", "cameras[3]."],
			["lan2", "lan2", "cameras[4]."],
		],
	);
});

test("a port that is not given is the next that nobody can have there", () => {
	assert.deepEqual(
		each(({ http, rtsp }) => [http.port, rtsp.port]),
		[
			// 8001 on one address keeps 8001 on all from the others; 80 is taken on other interfaces only.
			[8000, 8554],
			[8001, 8555],
			[8002, 8556],
			[80, 8557],
			[80, 8557],
		],
	);
});

test("TLS is where the file or the entry wants it, on ports that are counted likewise", () => {
	assert.deepEqual(
		each(({ https, rtsps }) => [https.port, rtsps.port]),
		[
			[9443, null],
			[null, null],
			[9444, 8322],
			[9445, null],
			[9445, null],
		],
	);
});

test("an entry stands over what the file says for all", () => {
	const [front, back, yard] = cameras;
	assert.deepEqual(
		each(({ location }) => location),
		Array(5).fill("Farm"),
	);
	assert.deepEqual(front?.device, {
		manufacturer: "Ours",
		model: "One",
		hardwareId: null,
		serialNumber: null,
		reboot: "host",
	});
	assert.equal(back?.device.model, null);
	assert.equal(back?.http.host, "192.0.2.1");
	assert.deepEqual(
		each(({ profiles }) => profiles.map(({ token }) => token)),
		[["main"], ["small"], ["main"], ["main"], ["main"]],
	);
	assert.deepEqual(
		each(({ source }) => source.kind),
		["test", "test", "v4l2", "test", "test"],
	);
	assert.ok(yard?.source.kind === "v4l2");
	assert.equal(yard.source.device, "/dev/video0");
	assert.deepEqual(
		each(({ discovery }) => discovery.mdns),
		[true, true, true, true, false],
	);
	assert.deepEqual(
		each(({ interface: own }) => own),
		[null, null, null, "lan1", "lan2"],
	);
});

test("each keeps its state in a folder of its own, and all have the same users", () => {
	assert.equal(stateDir, "/var/lib/onvifd");
	assert.deepEqual(
		each((camera) => camera.stateDir),
		["front", "back", "yard", "lan1", "lan2"].map(
			(token) => `/var/lib/onvifd/cameras/${token}`,
		),
	);
	for (const { users, usersDir } of cameras) {
		assert.deepEqual(users, cameras[0]?.users);
		assert.equal(usersDir, stateDir);
	}
});
