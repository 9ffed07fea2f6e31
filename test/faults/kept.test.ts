import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { after, describe, test } from "node:test";
import {
	DeviceUnderTest,
	tds,
	trt,
	tt,
} from "../conformance/device-under-test.ts";
import type { Element } from "../conformance/element.ts";
import { list, type Tree, text } from "../conformance/tree.ts";
import { probe } from "../helpers/probe.ts";
import { startService } from "../helpers/service.ts";
import { Messages } from "../helpers/validate.ts";

const messages = new Messages();
const SCOPE = "onvif://www.onvif.org/location/";

async function ask(device: DeviceUnderTest, body: Element): Promise<Tree> {
	const answer = await device.ask(body);
	assert.equal(answer.status, 200, answer.text);
	return answer.body;
}

/** Changes everything that a client can change, to what `mark` names. */
async function change(
	device: DeviceUnderTest,
	mark: string,
	[width, height]: readonly [number, number],
): Promise<void> {
	await ask(
		device,
		tds("CreateUsers", [
			tds("User", [
				tt("Username", `user-${mark}`),
				tt("Password", `password ${mark}`),
				tt("UserLevel", "Operator"),
			]),
		]),
	);
	await ask(device, tds("AddScopes", [tds("ScopeItem", SCOPE + mark)]));
	await ask(
		device,
		trt("CreateProfile", [trt("Name", mark), trt("Token", mark)]),
	);
	const { profiles } = await read(device);
	const encoder = profiles.find((one) => text(one, "@token") === "sub");
	const configuration = text(encoder, "VideoEncoderConfiguration", "@token");
	await ask(
		device,
		trt("SetVideoEncoderConfiguration", [
			trt(
				"Configuration",
				[
					tt("Name", `encoder ${mark}`),
					tt("UseCount", "0"),
					tt("Encoding", "H264"),
					tt("Resolution", [
						tt("Width", String(width)),
						tt("Height", String(height)),
					]),
					tt("Quality", "60"),
					tt("RateControl", [
						tt("FrameRateLimit", "5"),
						tt("EncodingInterval", "1"),
						tt("BitrateLimit", "300"),
					]),
					tt("H264", [tt("GovLength", "10"), tt("H264Profile", "Baseline")]),
					tt("Multicast", [
						tt("Address", [tt("Type", "IPv4"), tt("IPv4Address", "0.0.0.0")]),
						tt("Port", "0"),
						tt("TTL", "1"),
						tt("AutoStart", "false"),
					]),
					tt("SessionTimeout", "PT60S"),
				],
				{ token: configuration },
			),
			trt("ForcePersistence", "true"),
		]),
	);
}

async function read(device: DeviceUnderTest) {
	return {
		profiles: list(await ask(device, trt("GetProfiles")), "Profiles"),
		users: list(await ask(device, tds("GetUsers")), "User"),
		scopes: list(await ask(device, tds("GetScopes")), "Scopes"),
	};
}

describe("what clients change is kept", () => {
	let stateDir: string | undefined;
	after(() => {
		if (stateDir) rmSync(stateDir, { recursive: true, force: true });
	});

	async function start(): Promise<DeviceUnderTest> {
		const service = await startService(stateDir ? { stateDir } : {});
		stateDir = service.stateDir;
		return new DeviceUnderTest(service, messages);
	}

	for (const [signal, size] of [
		["SIGTERM", [320, 180]],
		["SIGKILL", [640, 360]],
	] as const)
		test(`through ${signal} and a new start`, async (t) => {
			const mark = signal.toLowerCase();
			const device = await start();
			t.after(() => device.service.stop("SIGKILL"));
			await change(device, mark, size);
			const before = await read(device);
			for (const found of [
				before.users.some((one) => text(one, "Username") === `user-${mark}`),
				before.scopes.some((one) => text(one, "ScopeItem") === SCOPE + mark),
				before.profiles.some((one) => text(one, "Name") === mark),
			])
				assert.ok(found, JSON.stringify(before));
			await device.service.stop(signal);

			const again = await start();
			t.after(() => again.service.stop("SIGKILL"));
			assert.deepEqual(await read(again), before);
			// The new user's password works, and the encoder does what it says.
			const { rtsp } = again.service;
			const login = `user-${mark}:${encodeURIComponent(`password ${mark}`)}`;
			const stream = await probe([
				"-rtsp_transport",
				"tcp",
				`rtsp://${login}@127.0.0.1:${rtsp}/sub`,
			]);
			assert.deepEqual([stream.width, stream.height], size);
			await again.service.stop();
		});

	test("a change is on the disk before it is answered", async (t) => {
		for (let round = 0; round < 5; round++) {
			const device = await start();
			t.after(() => device.service.stop("SIGKILL"));
			const scope = `${SCOPE}round-${round}`;
			await ask(device, tds("AddScopes", [tds("ScopeItem", scope)]));
			await device.service.stop("SIGKILL");
			const again = await start();
			t.after(() => again.service.stop("SIGKILL"));
			const { scopes } = await read(again);
			assert.ok(scopes.some((one) => text(one, "ScopeItem") === scope));
			await again.service.stop("SIGKILL");
		}
	});

	test("every answer above is as the schemas have it", (t) =>
		messages.validate(t));
});
