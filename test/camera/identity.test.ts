import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { loadIdentity } from "../../src/camera/identity.ts";
import { stateDir } from "./helpers.ts";

const host = {
	machineId: "0123456789abcdef0123456789abcdef",
	serialNumber: undefined,
	hardwareId: "Board",
};
const maker = { manufacturer: "m", model: "o", firmwareVersion: "1" };
const form =
	/^urn:uuid:[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;

test("the endpoint reference is made once and kept", async (t) => {
	const dir = await stateDir(t);
	const first = await loadIdentity(dir, host, maker);
	assert.match(first.endpointReference, form);
	assert.match(first.serialNumber, /^[\dA-F]{12}$/);
	assert(!first.endpointReference.includes(host.machineId.slice(0, 8)));
	const other = { ...host, machineId: "f".repeat(32), serialNumber: "S1" };
	const second = await loadIdentity(dir, other, maker);
	assert.equal(second.endpointReference, first.endpointReference);
	assert.equal(second.serialNumber, "S1");
});

test("services on one host differ; without machine-id it is random", async (t) => {
	const dirs = [await stateDir(t), await stateDir(t), await stateDir(t)];
	const anonymous = { ...host, machineId: undefined };
	const identities = await Promise.all([
		loadIdentity(dirs[0] ?? "", host, maker),
		loadIdentity(dirs[1] ?? "", host, maker),
		loadIdentity(dirs[2] ?? "", anonymous, maker),
	]);
	const references = identities.map((i) => i.endpointReference);
	assert.equal(new Set(references).size, 3);
	assert(references.every((reference) => form.test(reference)));
});

test("a damaged file gives the same derived reference again", async (t) => {
	const dir = await stateDir(t);
	const first = await loadIdentity(dir, host, maker);
	await writeFile(join(dir, "uuid"), "");
	assert.deepEqual(await loadIdentity(dir, host, maker), first);
});
