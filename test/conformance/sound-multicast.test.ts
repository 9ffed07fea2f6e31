import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { after, before, describe, type TestContext, test } from "node:test";
import {
	type MediaDescription,
	readDescription,
} from "../../src/rtsp-client/sdp.ts";
import { noNamespaces } from "../discovery/namespaces.ts";
import { until } from "../helpers/media.ts";
import { patienceMs } from "../helpers/patience.ts";
import { administrator } from "../helpers/service.ts";
import { toneOf } from "../helpers/tone.ts";
import { Messages } from "../helpers/validate.ts";
import { header, RtspClient } from "../rtsp/rtsp-client.ts";
import { trt, tt } from "./device-under-test.ts";
import { Ear } from "./ear.ts";
import { groupOfProcess, groupPort } from "./groups.ts";
import { ownHost, runOnOwnHost } from "./own-host.ts";
import { decode } from "./rtp-decoder.ts";
import { type Group, StreamingDevice } from "./streaming-device.ts";
import { at, list, text } from "./tree.ts";

const host = ownHost ?? "127.0.0.1";
const groups = ownHost
	? (["ff15::50:1", "ff15::50:2"] as const)
	: ([groupOfProcess(82, 1), groupOfProcess(82, 2)] as const);
/** What the service's test source sounds like. */
const tone = 440;
const encodings = {
	G711: { bitrate: "64", sampleRate: "8" },
	AAC: { bitrate: "32", sampleRate: "16" },
} as const;
type Encoding = keyof typeof encodings;

/** Sound alone, and with pictures. */
const cases: readonly (readonly [Encoding, string, string])[] = ownHost
	? [
			["G711", "RTSS-2-2-12", "RTSS-3-2-17"],
			["AAC", "RTSS-2-2-16", "RTSS-3-2-21"],
		]
	: [
			["G711", "RTSS-2-2-11", "RTSS-3-2-16"],
			["AAC", "RTSS-2-2-15", "RTSS-3-2-20"],
		];

describe(`sound in groups from ${host}`, () => {
	const messages = new Messages();
	let device: StreamingDevice;
	let profile: string;
	let port = groupPort;
	const video = { encoding: "JPEG", width: 320, height: 240 } as const;

	before(async () => {
		device = await StreamingDevice.start(messages, host, {
			profiles: [{ token: "main", ...video }],
			audio: { source: "test" },
		});
		profile = "main";
	});
	after(() => device.remove());

	for (const [encoding, alone, both] of cases) {
		test(`${alone}: ${encoding}`, async (t) => {
			const [group] = await setGroups(encoding);
			const client = await play(t, ["audio"]);
			await checkSound(t, group, await describeSound(client));
		});

		test(`${both}: pictures and ${encoding}`, async (t) => {
			const [sound, pictures] = await setGroups(encoding);
			const client = await play(t, ["video", "audio"]);
			const described = await describeSound(client);
			await checkSound(t, sound, described);
			await checkPictures(t, pictures);
		});
	}

	if (!ownHost) {
		for (const [id, place] of [
			["RTSS-2-2-9, RTSS-3-2-22: a port each", "port"],
			["RTSS-2-2-10, RTSS-3-2-23: an address each", "address"],
			["RTSS-5-1-9: sound and pictures at one port", "none"],
		] as const)
			test(id, async (t) => {
				const [sound, pictures] = await setGroups("G711", place);
				await ask("StartMulticastStreaming");
				const client = await RtspClient.connect(t, rtsp(), host);
				await checkSound(t, sound, await describeSound(client));
				await checkPictures(t, pictures);
				const ear = await Ear.open(t, sound, host);
				await ask("StopMulticastStreaming");
				await until(
					() => ear.received().rtcp.some(isBye),
					"goodbye of the sound",
				);
			});
	}

	test("every answer above is as the schemas have it", (t) =>
		messages.validate(t));

	let uri = "";
	const rtsp = () => Number(new URL(uri).port);
	const ask = (operation: string) =>
		device.ask(trt(operation, [trt("ProfileToken", profile)]));

	/** Of sound and pictures, as they differ. */
	async function setGroups(
		encoding: Encoding,
		differ: "address" | "port" | "none" = "port",
	): Promise<[Group, Group]> {
		port += 10;
		const sound = { address: groups[0], port, ttl: 1 };
		const pictures = {
			...sound,
			...(differ === "address" && { address: groups[1] }),
			...(differ === "port" && { port: port + 2 }),
		};
		const [one] = await device.configurations();
		await device.change(text(one, "@token"), { group: pictures });
		await setSound(encoding, sound);
		uri = await device.streamUri(profile, "Multicast");
		return [sound, pictures];
	}

	async function setSound(encoding: Encoding, group: Group): Promise<void> {
		const get = async () => {
			const told = await device.ask(trt("GetAudioEncoderConfigurations"));
			return list(told, "Configurations")[0];
		};
		const { bitrate, sampleRate } = encodings[encoding];
		const kind = group.address.includes(":") ? "IPv6" : "IPv4";
		await device.ask(
			trt("SetAudioEncoderConfiguration", [
				trt(
					"Configuration",
					[
						tt("Name", "Sound"),
						tt("UseCount", "0"),
						tt("Encoding", encoding),
						tt("Bitrate", bitrate),
						tt("SampleRate", sampleRate),
						tt("Multicast", [
							tt("Address", [
								tt("Type", kind),
								tt(`${kind}Address`, group.address),
							]),
							tt("Port", `${group.port}`),
							tt("TTL", `${group.ttl}`),
							tt("AutoStart", "false"),
						]),
						tt("SessionTimeout", "PT60S"),
					],
					{ token: text(await get(), "@token") },
				),
				trt("ForcePersistence", "false"),
			]),
		);
		const told = at(await get(), "Multicast");
		assert.equal(text(told, "Port"), String(group.port));
		assert.equal(text(told, "Address", `${kind}Address`), group.address);
	}

	/** The profile's sound as DESCRIBE tells it. */
	async function describeSound(client: RtspClient): Promise<MediaDescription> {
		const found = (await media(client)).find(({ type }) => type === "audio");
		assert.ok(found);
		return found;
	}

	async function media(
		client: RtspClient,
	): Promise<readonly MediaDescription[]> {
		client.login = {
			user: administrator.name,
			password: administrator.password,
		};
		const described = await client.describe(uri);
		assert.equal(described.status, 200, described.text);
		const base = header(described, "content-base");
		return readDescription(described.body, base).media;
	}

	async function play(
		t: TestContext,
		types: readonly string[],
	): Promise<RtspClient> {
		const client = await RtspClient.connect(t, rtsp(), host);
		let session: Record<string, string> = {};
		for (const { type, control } of await media(client)) {
			if (!types.includes(type)) continue;
			const setup = await client.request("SETUP", control, {
				Transport: "RTP/AVP;multicast",
				...session,
			});
			assert.equal(setup.status, 200, setup.text);
			const id = header(setup, "session").split(";")[0] ?? "";
			session = { Session: id };
		}
		const { status } = await client.request("PLAY", uri, session);
		assert.equal(status, 200);
		t.after(() => client.socket.destroy());
		return client;
	}
});

async function checkSound(
	t: TestContext,
	group: Group,
	{ formats: [format] }: MediaDescription,
): Promise<void> {
	assert.ok(format);
	const ear = await Ear.open(t, group, host);
	const { payloadType, clockRate } = format;
	const own = () => ear.received().rtp.filter(isOf(payloadType));
	await until(
		() => own().length > 60 && ear.received().rtcp.length > 0,
		"sound and a sender report",
	);
	assert.equal(ear.received().rtcp[0]?.readUInt8(1), 200);
	const heard = toneOf(await decodeSound(format, own()), clockRate);
	assert.ok(Math.abs(heard - tone) < 5, `${heard} Hz`);
}

async function checkPictures(t: TestContext, group: Group): Promise<void> {
	const jpeg = 26;
	const ear = await Ear.open(t, group, host);
	const own = () => ear.received().rtp.filter(isOf(jpeg));
	await until(() => own().filter(isLast).length >= 4, "pictures");
	const packets = own();
	const begin = packets.findIndex(isLast) + 1;
	const decoded = await decode("JPEG", jpeg, packets.slice(begin));
	assert.ok(decoded.pictures > 0);
	assert.deepEqual([decoded.width, decoded.height], [320, 240]);
}

/** Packets of sound to samples of one channel. */
async function decodeSound(
	{
		payloadType,
		encodingName,
		clockRate,
		fmtp,
	}: MediaDescription["formats"][0],
	packets: readonly Buffer[],
): Promise<Buffer> {
	const parameters = [...fmtp].map(
		([key, value]) => `,${key}=(string)${value}`,
	);
	const rtp = `media=audio,payload=${payloadType},clock-rate=${clockRate},encoding-name=${encodingName}${parameters.join("")}`;
	const child = spawn(
		"gst-launch-1.0",
		[
			...["-q", "fdsrc", "fd=0", "!", `application/x-rtp-stream,${rtp}`],
			...["!", "rtpstreamdepay", "!", `application/x-rtp,${rtp}`],
			...["!", "decodebin", "!", "audioconvert", "!"],
			...["audio/x-raw,format=S16LE,channels=1", "!", "fdsink", "fd=1"],
		],
		{ stdio: ["pipe", "pipe", "ignore"] },
	);
	const chunks: Buffer[] = [];
	child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
	// It may end before it has read all.
	child.stdin.on("error", () => {});
	for (const packet of packets) {
		const length = Buffer.alloc(2);
		length.writeUInt16BE(packet.length);
		child.stdin.write(Buffer.concat([length, packet]));
	}
	child.stdin.end();
	const timer = setTimeout(() => child.kill("SIGKILL"), patienceMs);
	await new Promise((resolve) => child.once("close", resolve));
	clearTimeout(timer);
	return Buffer.concat(chunks);
}

const isOf = (payloadType: number) => (packet: Buffer) =>
	(packet.readUInt8(1) & 0x7f) === payloadType;

/** The marker ends a picture (RFC 2435). */
const isLast = (packet: Buffer) => (packet.readUInt8(1) & 0x80) !== 0;

const isBye = (packet: Buffer) =>
	packet.length > 8 && packet.readUInt8(packet.length - 7) === 203;

test(
	"the cases of IPv6, on a host of their own",
	{ skip: ownHost ? "this is that host" : noNamespaces() },
	() =>
		runOnOwnHost(import.meta.filename, [
			...["RTSS-2-2-12", "RTSS-2-2-16", "RTSS-3-2-17", "RTSS-3-2-21"],
		]),
);
