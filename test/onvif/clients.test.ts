import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { systemClock } from "../../src/system/clock.ts";
import { hostClock } from "../../src/system/host-clock.ts";
import { createNetwork } from "../../src/system/network.ts";
import { validate } from "../helpers/validate.ts";
import { type WireDevice, wireDevice } from "./wire.ts";

const folder = new URL("../../fixtures/requests/", import.meta.url);

/** Sends messages in a client's order; all but the named ones are to be answered. */
async function converse(
	wire: WireDevice,
	client: string,
	operations: readonly string[],
): Promise<ReadonlyMap<string, string>> {
	const texts = new Map<string, string>();
	for (const operation of operations) {
		const { status, text } = await wire.send(client, operation);
		assert.equal(status, 200, `${operation}: ${text}`);
		assert.match(text, new RegExp(`:${operation}Response[ />]`));
		texts.set(operation, text);
	}
	return texts;
}

test("Home Assistant sets a camera up", async (t) => {
	const wire = await wireDevice(t);
	const texts = await converse(wire, "home-assistant", [
		"GetSystemDateAndTime",
		"GetServices",
		"GetNetworkInterfaces",
		"GetDeviceInformation",
		"GetServiceCapabilities",
		"GetProfiles",
		"GetStreamUri",
		"GetSnapshotUri",
	]);
	assert.match(texts.get("GetProfiles") ?? "", />H264</);
	assert.match(
		texts.get("GetNetworkInterfaces") ?? "",
		/HwAddress>02:00:00:00:00:01</,
	);
	assert.match(texts.get("GetServiceCapabilities") ?? "", /SnapshotUri="true"/);
	assert.match(
		texts.get("GetStreamUri") ?? "",
		/Uri>rtsp:\/\/127\.0\.0\.1:8554\/main</,
	);
	await validate(
		t,
		wire.answers.map(({ text }) => text),
	);
});

test("UniFi Protect adopts a camera", async (t) => {
	const wire = await wireDevice(t);
	const texts = await converse(wire, "unifi-protect", [
		"GetSystemDateAndTime",
		"GetServices",
		"GetProfiles",
		"GetVideoSources",
		"GetDeviceInformation",
		"GetStreamUri",
		"GetSnapshotUri",
	]);
	const services = texts.get("GetServices") ?? "";
	assert.equal(services.match(/:Service>\s*<[^/]*:Namespace>/g)?.length, 2);
	assert.match(services, /MaximumNumberOfProfiles="5"/);
	const profiles = texts.get("GetProfiles") ?? "";
	assert.equal(profiles.match(/:FrameRateLimit>25</g)?.length, 3);
	assert.match(profiles, /SourceToken>video</);
	assert.match(texts.get("GetVideoSources") ?? "", /token="video"/);
	await validate(
		t,
		wire.answers.map(({ text }) => text),
	);
});

test("Synology tries a profile of its own", async (t) => {
	const wire = await wireDevice(t);
	for (let round = 0; round < 2; round++) {
		const texts = await converse(wire, "synology", [
			"CreateProfile",
			"GetVideoSourceConfigurations",
			"GetVideoEncoderConfigurationOptions",
			"DeleteProfile",
		]);
		assert.match(texts.get("CreateProfile") ?? "", /token="SynoProfile"/);
	}
	const again = await wire.send("synology", "DeleteProfile");
	assert.equal(again.status, 400);
	assert.match(again.text, /ter:NoProfile/);
	await validate(
		t,
		wire.answers.map(({ text }) => text),
	);
});

test("ONVIF Device Manager looks at everything and changes the encoder", async (t) => {
	const wire = await wireDevice(t);
	const texts = await converse(wire, "odm", [
		"GetSystemDateAndTime",
		"GetCapabilities",
		"GetServices",
		"GetVideoSources",
		"GetProfiles",
		"GetProfile",
		"GetSnapshotUri",
		"GetStreamUri",
		"GetVideoEncoderConfigurations",
		"GetVideoEncoderConfigurationOptions",
		"GetCompatibleVideoEncoderConfigurations",
		"GetCompatibleVideoSourceConfigurations",
		"SetVideoEncoderConfiguration",
		"GetDeviceInformation",
		"GetNetworkInterfaces",
		"GetZeroConfiguration",
		"GetHostname",
		"GetDNS",
		"GetNTP",
		"GetNetworkProtocols",
		"GetNetworkDefaultGateway",
		"GetDiscoveryMode",
		"GetScopes",
		"GetUsers",
	]);
	assert.match(texts.get("GetCapabilities") ?? "", /:Media>/);
	const main = wire.device.camera.videoEncoderConfiguration("main-encoder");
	assert.deepEqual(
		[main?.width, main?.height, main?.frameRate, main?.h264Profile],
		[640, 480, 15, "High"],
	);
	const audio = await wire.send("odm", "GetAudioSources");
	assert.equal(audio.status, 500);
	assert.match(audio.text, /ter:ActionNotSupported/);
	assert.match(audio.text, /not implemented/);
	await validate(
		t,
		wire.answers.map(({ text }) => text),
	);
});

test("this very host's network and clock can be told", async (t) => {
	const host = createNetwork();
	// Cables of this host may come and go while we look.
	const all = host.interfaces();
	const network = { ...host, interfaces: () => all };
	const wire = await wireDevice(
		t,
		{},
		{ network, hostClock: hostClock(systemClock) },
	);
	const texts = await converse(wire, "odm", [
		"GetSystemDateAndTime",
		"GetNetworkInterfaces",
		"GetZeroConfiguration",
		"GetHostname",
		"GetDNS",
		"GetNTP",
		"GetNetworkDefaultGateway",
	]);
	const told = all.some((i) => !i.loopback)
		? all.filter((i) => !i.loopback)
		: all;
	for (const { name } of told) {
		assert.match(
			texts.get("GetNetworkInterfaces") ?? "",
			new RegExp(`token="${name}"`),
		);
	}
	await validate(
		t,
		wire.answers.map(({ text }) => text),
	);
});

test("ZoneMinder asks in SOAP 1.1 and is answered in it", async (t) => {
	const wire = await wireDevice(t);
	const texts = await converse(wire, "zoneminder", [
		"GetProfiles",
		// Its Stream is the Media spec's RTP_unicast, not the schema's RTP-Unicast.
		"GetStreamUri",
	]);
	for (const text of texts.values()) {
		assert.match(text, /http:\/\/schemas\.xmlsoap\.org\/soap\/envelope\//);
	}
	await validate(
		t,
		wire.answers.map(({ text }) => text),
	);
});

test("every client's message needs its credentials, or none at all", async (t) => {
	const wire = await wireDevice(t);
	const stranger = {
		name: "nobody",
		password: "wrong password",
		level: "User",
	} as const;
	const open = new Set([
		"GetSystemDateAndTime",
		"GetServices",
		"GetCapabilities",
		"GetServiceCapabilities",
		"GetHostname",
		// Not served, so nothing to protect.
		"GetAudioSources",
	]);
	for (const client of readdirSync(folder)) {
		for (const file of readdirSync(new URL(`${client}/`, folder))) {
			const operation = file.replace(/\.xml$/, "");
			if (open.has(operation)) continue;
			const { status } = await wire.send(client, operation, stranger);
			assert.equal(status, 401, `${client}/${operation}`);
		}
	}
	assert.equal(wire.device.camera.revision, 1);
	await validate(
		t,
		wire.answers.map(({ text }) => text),
	);
});
