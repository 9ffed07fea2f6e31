import assert from "node:assert/strict";
import { isIPv4 } from "node:net";
import { test } from "node:test";
import { defaultMulticast, groupOf } from "../../src/camera/multicast.ts";

const device = "urn:uuid:00000000-0000-4000-8000-000000000001";
const other = "urn:uuid:00000000-0000-4000-8000-000000000002";

test("each configuration of each device has a group of its own, the same for ever", () => {
	const seen = new Set<string>();
	for (const reference of [device, other])
		for (let n = 0; n < 200; n++) {
			const group = defaultMulticast(reference, `profile-${n}-encoder`);
			assert.deepEqual(
				group,
				defaultMulticast(reference, `profile-${n}-encoder`),
			);
			assert.ok(isIPv4(group.address), group.address);
			assert.match(group.address, /^239\.19[2-5]\.\d+\.([1-9]\d*)$/);
			assert.ok(group.port % 4 === 0 && group.port >= 20_000);
			assert.ok(group.port < 32_000);
			assert.equal(group.ttl, 1);
			assert.equal(group.autoStart, false);
			seen.add(`${group.address}:${group.port}`);
		}
	assert.equal(seen.size, 400);
});

test("what a client chose is taken, and the default where it chose nothing", () => {
	const otherwise = defaultMulticast(device, "main");
	const chosen = { address: "ff15::1", port: 6000, ttl: 9, autoStart: true };
	assert.deepEqual(groupOf(chosen, device, "main"), chosen);
	assert.deepEqual(
		groupOf({ ...chosen, address: "0.0.0.0", port: 0 }, device, "main"),
		{ ...chosen, address: otherwise.address, port: otherwise.port },
	);
	assert.equal(
		groupOf({ ...chosen, address: "::" }, device, "main").address,
		otherwise.address,
	);
});
