import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { until } from "../helpers/media.ts";
import { probe } from "../helpers/probe.ts";
import { receivedMessages } from "../helpers/received.ts";
import { askAgain, run, runPlayer } from "../helpers/run.ts";
import {
	administrator,
	type RunningService,
	startService,
} from "../helpers/service.ts";
import { type Place, placesOf } from "./camera-places.ts";
import { SoapPackageClient } from "./soap-package.ts";

const messages = receivedMessages();

const still = (pattern: string) => ({ test: { pattern, clock: false } });
const cameras = [
	{
		token: "front",
		name: "Front door",
		source: still("white"),
		profiles: [
			{ token: "main", encoding: "H264", width: 320, height: 240 },
			{ token: "still", encoding: "JPEG", width: 320, height: 240 },
		],
	},
	{
		token: "back",
		source: still("black"),
		profiles: [{ token: "main", encoding: "H264", width: 640, height: 360 }],
	},
];

function clientOf(
	{ http }: Place,
	service: "device" | "media" = "device",
	who: { readonly name: string; readonly password: string } = administrator,
): Promise<SoapPackageClient> {
	return SoapPackageClient.create({
		wsdl: `${http}/onvif/wsdl/${service}.wsdl`,
		endpoint: `${http}/onvif/${service}_service`,
		login: { ...who, way: "WS-Security" },
		messages,
	});
}

/** Mean brightness of a picture from an address or stdin, 0 to 255. */
async function brightness(...input: string[]): Promise<number> {
	const { code, stdout, stderr } = await runPlayer("ffmpeg", [
		...["-v", "error", "-nostdin"],
		...input,
		...["-frames:v", "1", "-vf", "scale=1:1,format=gray"],
		...["-f", "rawvideo", "-"],
	]);
	assert.equal(code, 0, stderr);
	return stdout[0] ?? -1;
}

async function snapshot({ http }: Place, token: string, file: string) {
	const { code, stderr } = await run("curl", [
		...["-sSf", ...askAgain, "--digest", "-o", file],
		...["-u", `${administrator.name}:${administrator.password}`],
		`${http}/snapshot/${token}`,
	]);
	assert.equal(code, 0, stderr);
}

const guidOf = async (place: Place) =>
	String((await (await clientOf(place)).call("GetEndpointReference")).GUID);

describe("two cameras in one process", () => {
	let service: RunningService;
	let front: Place;
	let back: Place;
	const start = async (stateDir?: string) => {
		service = await startService({
			config: { cameras },
			...(stateDir ? { stateDir } : {}),
		});
		[front, back] = placesOf(service);
	};
	before(() => start());
	after(() => service?.remove());

	test("the start says where each is, under its name", () => {
		assert.match(service.stdout(), /^onvifd \S+: 2 cameras\n/);
		assert.match(
			service.stdout(),
			/\n\nFront door\n {2}page [\s\S]*\n\nback\n {2}page /,
		);
		assert.equal(service.stdout().match(/ user /g)?.length, 1);
	});

	for (const [index, { token, profiles }] of cameras.entries())
		test(`${token} plays its own picture and shows it in its snapshot`, async () => {
			const place = [front, back][index] ?? front;
			const url = `${place.rtsp}/main`;
			const stream = await probe(["-rtsp_transport", "tcp", url]);
			const [main] = profiles;
			assert.deepEqual(
				[stream.codec_name, stream.width, stream.height],
				["h264", main?.width, main?.height],
			);
			const file = join(service.stateDir, `${token}.jpg`);
			await snapshot(place, "main", file);
			const isRight = (grey: number) => (index === 0 ? grey > 200 : grey < 60);
			const played = await brightness("-rtsp_transport", "tcp", "-i", url);
			const shown = await brightness("-i", file);
			assert.ok(isRight(played) && isRight(shown), `${played} ${shown}`);
		});

	test("a profile of one is none of the other's", async () => {
		const still = await probe([
			"-rtsp_transport",
			"tcp",
			`${front.rtsp}/still`,
		]);
		assert.equal(still.codec_name, "mjpeg");
		const { code, stderr } = await run("ffprobe", [
			...["-v", "error", "-rtsp_transport", "tcp"],
			`${back.rtsp}/still`,
		]);
		assert.notEqual(code, 0);
		assert.match(stderr, /404/);
	});

	test("what is set on one leaves the other as it was", async () => {
		const media = await clientOf(front, "media");
		const other = await clientOf(back, "media");
		const before = await other.call("GetVideoEncoderConfigurations");
		const { Configurations } = await media.call(
			"GetVideoEncoderConfigurations",
		);
		assert.ok(Array.isArray(Configurations));
		const [configuration] = Configurations;
		configuration.RateControl.FrameRateLimit = 7;
		await media.call("SetVideoEncoderConfiguration", {
			Configuration: configuration,
			ForcePersistence: true,
		});
		await (await clientOf(front)).call("SetScopes", {
			Scopes: ["onvif://www.onvif.org/location/gate"],
		});
		const after = await media.call("GetVideoEncoderConfigurations");
		assert.match(JSON.stringify(after), /"FrameRateLimit":7\b/);
		assert.deepEqual(await other.call("GetVideoEncoderConfigurations"), before);
		const scopes = await (await clientOf(back)).call("GetScopes");
		assert.doesNotMatch(JSON.stringify(scopes), /gate/);
	});

	test("users are common: one made at the one logs in to the other", async () => {
		const guest = { name: "guest", password: "a guest's password" };
		await (await clientOf(front)).call("CreateUsers", {
			User: [
				{
					Username: guest.name,
					Password: guest.password,
					UserLevel: "User",
				},
			],
		});
		const media = await clientOf(back, "media", guest);
		const { Profiles } = await media.call("GetProfiles");
		assert.ok(Array.isArray(Profiles) && Profiles.length === 1);
	});

	test("a login that somebody overheard at one is not good at the other", async () => {
		await (await clientOf(front)).call("GetUsers");
		const body = [...messages.texts].at(-1) ?? "";
		assert.match(body, /UsernameToken[\s\S]*GetUsers/);
		const answer = await fetch(`${back.http}/onvif/device_service`, {
			method: "POST",
			headers: { "Content-Type": "application/soap+xml" },
			body,
		});
		assert.ok(answer.status >= 400);
		assert.match(await answer.text(), /NotAuthorized/);
	});

	test("SystemReboot of one starts that one anew, while the other plays on", async () => {
		const url = `${back.rtsp}/main`;
		const viewer = runPlayer("ffmpeg", [
			...["-v", "error", "-nostdin", "-rtsp_transport", "tcp", "-i", url],
			...["-t", "4", "-enc_time_base", "1:90000", "-f", "null", "-"],
		]);
		const client = await clientOf(front);
		const guid = await guidOf(front);
		const { Message } = await client.call("SystemReboot");
		assert.match(String(Message), /anew/);
		const anew = () => service.stderr().match(/starting anew/g)?.length ?? 0;
		await until(() => anew() === 1, "it starts anew");
		await until(
			() =>
				guidOf(front)
					.then((one) => one === guid)
					.catch(() => false),
			"it answers at its old port",
		);
		const stream = await probe([
			"-rtsp_transport",
			"tcp",
			`${front.rtsp}/main`,
		]);
		assert.equal(stream.width, 320);
		const { code, stderr } = await viewer;
		assert.equal(code, 0, stderr);
		assert.equal(stderr, "");
		assert.equal(anew(), 1);
	});

	test("each is a device of its own, and the same after a restart with what was set", async () => {
		const before = [await guidOf(front), await guidOf(back)];
		assert.notEqual(before[0], before[1]);
		const serials = await Promise.all(
			[front, back].map(
				async (place) =>
					(await (await clientOf(place)).call("GetDeviceInformation"))
						.SerialNumber,
			),
		);
		assert.notEqual(serials[0], serials[1]);
		for (const { token } of cameras)
			assert.ok(existsSync(join(service.stateDir, "cameras", token, "uuid")));
		const { code } = await service.stop();
		assert.equal(code, 0, service.stderr());
		await start(service.stateDir);
		assert.deepEqual([await guidOf(front), await guidOf(back)], before);
		const scopes = await (await clientOf(front)).call("GetScopes");
		assert.match(JSON.stringify(scopes), /location\/gate/);
	});
});
