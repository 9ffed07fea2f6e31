import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { Stream, Track } from "../../../src/media/types.ts";
import { Pushes } from "../../../src/outputs/push/pushes.ts";
import type { PushTarget } from "../../../src/outputs/push/types.ts";
import { systemClock } from "../../../src/system/clock.ts";
import { until } from "../../helpers/media.ts";
import {
	freeUdpPorts,
	openUdp,
	ownAddress,
} from "../../helpers/own-address.ts";
import { run } from "../../helpers/run.ts";
import { encode, LiveStream } from "../../rtsp/encoded-stream.ts";
import { FakeStream, makeFrame } from "../../rtsp/fake-stream.ts";

const h264 = encode("H264");
const jpeg = encode("JPEG");

const g711 = () =>
	new FakeStream(
		{
			media: "audio",
			encodingName: "PCMU",
			payloadType: 0,
			clockRate: 8000,
			channels: 1,
			fmtp: undefined,
			bitrateKbit: 64,
		},
		0x51515151,
	);

interface Pushed {
	readonly pushes: Pushes;
	readonly lines: string[];
}

/** Pushes that end with the test. */
function push(
	t: TestContext,
	streams: Stream | readonly Track[],
	...targets: (Partial<PushTarget> & { readonly url: string })[]
): Pushed {
	const lines: string[] = [];
	const note = (message: string, fields: unknown) =>
		void lines.push(`${message} ${JSON.stringify(fields)}`);
	const tracks: readonly Track[] =
		"ssrc" in streams ? [{ media: "video", stream: streams }] : streams;
	const pushes = new Pushes(
		targets.map((target) => ({
			profile: "main",
			ttl: 1,
			interface: null,
			sdp: null,
			...target,
		})),
		{
			directory: {
				find: (token) =>
					token === "main"
						? { name: "The main", sessionTimeout: 60, tracks }
						: undefined,
			},
			network: { interfaces: () => [] },
			clock: systemClock,
			log: { info: note, warn: note, error: note },
		},
	);
	t.after(() => pushes.stop());
	pushes.start();
	return { pushes, lines };
}

/** What comes to a port. */
async function receiver(t: TestContext, port: number): Promise<Buffer[]> {
	const socket = await openUdp(port);
	t.after(() => socket.close());
	const packets: Buffer[] = [];
	socket.on("message", (packet) => packets.push(packet));
	return packets;
}

for (const [name, encoded, depay] of [
	["H264", h264, "rtph264depay ! avdec_h264"],
	["JPEG", jpeg, "rtpjpegdepay ! jpegdec"],
] as const) {
	test(`GStreamer decodes ${name} that is pushed to it`, async (t) => {
		const port = await freeUdpPorts(2);
		const live = new LiveStream(t, encoded);
		const { pushes } = push(t, live, { url: `rtp://${ownAddress}:${port}` });
		const { payloadType } = encoded.description;
		const line = `-q udpsrc port=${port} address=${ownAddress} caps=application/x-rtp,media=video,clock-rate=90000,encoding-name=${name},payload=${payloadType} ! ${depay} ! videoconvert ! video/x-raw,format=GRAY8 ! identity eos-after=11 ! fdsink fd=1`;
		const { code, stdout, stderr } = await run(
			"gst-launch-1.0",
			line.split(" "),
		);
		assert.equal(code, 0, stderr);
		assert.ok(stdout.length >= 10 * 320 * 240, `${stdout.length}`);
		assert.equal(pushes.status[0]?.profile, "main");
	});

	test(`ffmpeg opens the SDP file of pushed ${name}`, async (t) => {
		const port = await freeUdpPorts(2);
		const folder = mkdtempSync(join(tmpdir(), "onvifd-push-"));
		t.after(() => rmSync(folder, { recursive: true }));
		const sdp = join(folder, "main.sdp");
		const live = new LiveStream(t, encoded);
		const { pushes } = push(t, live, {
			url: `rtp://${ownAddress}:${port}`,
			sdp,
		});
		await until(() => {
			try {
				return readFileSync(sdp, "utf8") !== "";
			} catch {
				return false;
			}
		}, "the SDP is written");
		const text = readFileSync(sdp, "utf8");
		assert.match(text, new RegExp(`^c=IN IP4 ${ownAddress}\r$`, "m"));
		assert.equal(await pushes.sdp(1, "127.0.0.1"), text);
		const { code, stdout, stderr } = await run("ffmpeg", [
			...["-v", "error", "-protocol_whitelist", "file,udp,rtp"],
			...["-localaddr", ownAddress, "-i", sdp],
			...["-frames:v", "10", "-f", "rawvideo", "-pix_fmt", "gray", "-"],
		]);
		assert.equal(code, 0, stderr);
		assert.equal(stdout.length, 10 * 320 * 240);
	});
}

test("sender reports go to the next port, sound two ports on, and both take leave", async (t) => {
	const port = await freeUdpPorts(4);
	const received = await Promise.all(
		[0, 1, 2, 3].map((n) => receiver(t, port + n)),
	);
	const video = new LiveStream(t, h264);
	const audio = g711();
	const { pushes } = push(
		t,
		[
			{ media: "video", stream: video },
			{ media: "audio", stream: audio },
		],
		{ url: `rtp://${ownAddress}:${port}` },
	);
	await until(() => audio.viewers === 1, "sound is taken");
	audio.feed(makeFrame({ payloads: [160] }));
	await until(
		() => received.every((packets) => packets.length > 0),
		"packets at every port",
	);
	const [rtp, rtcp, sound, soundRtcp] = received;
	assert.equal(rtp?.[0]?.readUInt32BE(8), video.ssrc);
	assert.equal(rtcp?.[0]?.readUInt8(1), 200);
	assert.equal(rtcp?.[0]?.readUInt32BE(4), video.ssrc);
	assert.equal(sound?.[0]?.length, 172);
	assert.equal(soundRtcp?.[0]?.readUInt32BE(4), audio.ssrc);
	const sdp = await pushes.sdp(1, "127.0.0.1");
	assert.match(sdp ?? "", new RegExp(`m=video ${port} RTP/AVP 96`));
	assert.match(sdp ?? "", new RegExp(`m=audio ${port + 2} RTP/AVP 0`));
	await until(
		() => pushes.status[0]?.state === "sending",
		"it counts as sending",
	);
	await pushes.stop();
	assert.equal(video.viewers, 0);
	const bye = (packets: readonly Buffer[] | undefined) =>
		packets?.at(-1)?.readUInt8((packets.at(-1)?.length ?? 0) - 7) === 203;
	await until(() => bye(rtcp) && bye(soundRtcp), "goodbye");
});

test("whoever takes the picture alone gets it, though nobody listens for the sound", async (t) => {
	const port = await freeUdpPorts(4);
	const packets = await receiver(t, port);
	const audio = g711();
	const { pushes } = push(
		t,
		[
			{ media: "video", stream: new LiveStream(t, h264) },
			{ media: "audio", stream: audio },
		],
		{ url: `rtp://${ownAddress}:${port}` },
	);
	await until(() => audio.viewers === 1, "sound is taken");
	await until(() => {
		audio.feed(makeFrame({ payloads: [160] }));
		return pushes.status[0]?.state === "sending" && packets.length > 100;
	}, "pictures go on while sound is refused");
	assert.equal(pushes.status[0]?.failures, 0);
});

test("a receiver that is not there is tried again, and the others get on", async (t) => {
	const [absent, present] = [await freeUdpPorts(2), await freeUdpPorts(2)];
	const packets = await receiver(t, present);
	const live = new LiveStream(t, h264);
	const { pushes, lines } = push(
		t,
		live,
		{ url: `rtp://${ownAddress}:${absent}` },
		{ url: `rtp://${ownAddress}:${present}` },
		{ url: "rtp://no-such-host.invalid:5004" },
		{ url: "rtp://127.0.0.1:5008", profile: "gone" },
		{ url: "rtp://239.255.1.1:5010", interface: "nowhere0" },
	);
	await until(
		() => (pushes.status[0]?.failures ?? 0) >= 2,
		"the absent one is tried again",
	);
	const comes = (number: number, reason: RegExp) =>
		until(
			() => reason.test(pushes.status[number]?.reason ?? ""),
			`${number}: ${reason}`,
		);
	await comes(
		0,
		new RegExp(`^nobody listens at port ${absent} of ${ownAddress}$`),
	);
	await comes(2, /^no-such-host\.invalid does not resolve \(E/);
	await comes(3, /^there is nothing to watch in gone$/);
	await comes(4, /^interface nowhere0 is not there, or down$/);
	await until(
		() => pushes.status[1]?.state === "sending",
		"the present one counts as sending",
	);
	assert.equal(pushes.status[1]?.failures, 0);
	const told = lines.filter((line) => line.includes(String(absent)));
	assert.equal(told.length, 1, told.join("\n"));
	const late = await receiver(t, absent);
	const before = packets.length;
	await until(() => late.length > 0, "the absent one came, and gets packets");
	assert.ok(packets.length > before);
});

test("whom a busy machine hears of late is still not there", async (t) => {
	const absent = await freeUdpPorts(2);
	const fake = new FakeStream();
	const { pushes, lines } = push(t, fake, {
		url: `rtp://${ownAddress}:${absent}`,
	});
	await until(() => fake.viewers === 1, "it watches");
	fake.feed(makeFrame({ key: true }));
	// Nothing has its turn for longer than one waits for a refusal, which lies there meanwhile.
	const end = performance.now() + 700;
	while (performance.now() < end);
	await until(() => (pushes.status[0]?.failures ?? 0) > 0, "it is refused");
	assert.deepEqual(
		lines.filter((line) => line.startsWith("push sends")),
		[],
	);
});

test("a stream that ends is looked for again", async (t) => {
	const port = await freeUdpPorts(2);
	await receiver(t, port);
	const fake = new FakeStream();
	const { pushes } = push(t, fake, { url: `rtp://${ownAddress}:${port}` });
	await until(() => fake.viewers === 1, "it watches");
	fake.end("the profile has another encoder");
	await until(
		() => pushes.status[0]?.reason === "the profile has another encoder",
		"it failed",
	);
	assert.equal(fake.viewers, 0);
	await until(() => fake.viewers === 1, "it watches again");
});
