import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Cam as Callback } from "onvif";
import { Cam } from "onvif/promises/index.js";
import { patienceMs } from "../helpers/patience.ts";
import { receivedMessages } from "../helpers/received.ts";
import {
	administrator,
	type RunningService,
	startService,
} from "../helpers/service.ts";

/** The package's first form, whose types know more. */
async function connectWithCallbacks(
	service: RunningService,
): Promise<Callback> {
	const cam = new Callback({
		hostname: "127.0.0.1",
		port: service.http,
		username: administrator.name,
		password: administrator.password,
		autoconnect: false,
	});
	await asked((done) => cam.connect(done));
	return cam;
}

function asked<Answer>(
	ask: (done: (error: Error | null, answer?: Answer) => void) => void,
): Promise<Answer | undefined> {
	return new Promise((resolve, reject) => {
		ask((error, answer) => (error ? reject(error) : resolve(answer)));
	});
}

const messages = receivedMessages();

describe("npm onvif", () => {
	let service: RunningService;
	let camera: Cam;
	const connect = async (
		password: string = administrator.password,
		useWSSecurity = true,
	) => {
		const cam = new Cam({
			hostname: "127.0.0.1",
			port: service.http,
			username: administrator.name,
			password,
			autoconnect: false,
			useWSSecurity,
		});
		await cam.connect();
		return cam;
	};
	before(async () => {
		service = await startService();
		camera = await connect();
	});
	after(() => service.remove());

	test("knows the device", async () => {
		const information = await camera.getDeviceInformation();
		assert.ok(
			information.manufacturer &&
				information.model &&
				information.firmwareVersion &&
				information.serialNumber &&
				information.hardwareId,
		);
		const clock = await camera.getSystemDateAndTime();
		assert.ok(Math.abs(clock.getTime() - Date.now()) < patienceMs);
	});

	test("chooses an active source, as UniFi Protect's adoption needs it", async () => {
		const { activeSource } = await connectWithCallbacks(service);
		assert.deepEqual(
			[activeSource?.profileToken, activeSource?.encoding, activeSource?.fps],
			["main", "H264", 15],
		);
	});

	test("gets profiles, stream and snapshot addresses", async () => {
		const profiles = await camera.getProfiles();
		assert.deepEqual(
			profiles.map((profile: { $: { token: string } }) => profile.$.token),
			["main", "sub", "jpeg"],
		);
		const cam = await connectWithCallbacks(service);
		const stream = await asked<{ uri: string }>((done) =>
			cam.getStreamUri({ protocol: "RTSP", profileToken: "sub" }, done),
		);
		assert.equal(stream?.uri, `rtsp://127.0.0.1:${service.rtsp}/sub`);
		const snapshot = await asked<{ uri: string }>((done) =>
			cam.getSnapshotUri({ profileToken: "sub" }, done),
		);
		assert.equal(snapshot?.uri, `${service.url}/snapshot/sub`);
	});

	test("HTTP Digest alone serves too", async () => {
		const digest = await connect(administrator.password, false);
		assert.ok((await digest.getDeviceInformation()).model);
	});

	test("creates, changes and deletes users", async () => {
		const cam = await connectWithCallbacks(service);
		await asked((done) =>
			cam.createUsers(
				[{ username: "watcher", password: "look only 1", userLevel: "User" }],
				done,
			),
		);
		const names = (users: { username: string; userLevel: string }[]) =>
			users.map((user) => `${user.username} ${user.userLevel}`);
		assert.deepEqual(names(await camera.getUsers()), [
			"admin Administrator",
			"watcher User",
		]);
		await asked((done) =>
			cam.setUsers(
				[
					{
						username: "watcher",
						password: "look only 2",
						userLevel: "Operator",
					},
				],
				done,
			),
		);
		assert.deepEqual(names(await camera.getUsers()), [
			"admin Administrator",
			"watcher Operator",
		]);
		await camera.deleteUsers(["watcher"]);
		assert.deepEqual(names(await camera.getUsers()), ["admin Administrator"]);
	});

	test("changes an encoder configuration, and the stream is what was asked for", async () => {
		const [configuration] = (
			await camera.getVideoEncoderConfigurations()
		).filter(
			(one: { $: { token: string }; resolution: { width: number } }) =>
				one.resolution.width === 640,
		);
		assert.ok(configuration);
		configuration.resolution = { width: 320, height: 180 };
		await camera.setVideoEncoderConfiguration({
			...configuration,
			H264: { govLength: 10, profile: "Baseline" },
			token: configuration.$.token,
		});
		const again = await camera.getVideoEncoderConfiguration(
			configuration.$.token,
		);
		assert.equal(again.resolution.width, 320);
	});

	test("a wrong password is told as such", async () => {
		const stranger = await connect("wrong");
		await assert.rejects(
			stranger.getDeviceInformation(),
			/[Nn]ot ?[Aa]uthorized|Digest authentication failed 401/,
		);
	});
});

test("every answer above is as the schemas have it", (t) =>
	messages.validate(t));
