import assert from "node:assert/strict";
import test, { type TestContext } from "node:test";
import {
	SourceUnavailable,
	type StreamDescription,
} from "../../src/media/types.ts";
import type { RtspLimits } from "../../src/rtsp/limits.ts";
import { FakeStream, makeFrame } from "./fake-stream.ts";
import { MovedClock } from "./moved-clock.ts";
import { header, RtspClient } from "./rtsp-client.ts";
import { startServer, until } from "./start-server.ts";

const audioDescription: StreamDescription = {
	media: "audio",
	encodingName: "PCMU",
	payloadType: 0,
	clockRate: 8000,
	channels: undefined,
	fmtp: undefined,
	bitrateKbit: 64,
};

class FakeSound extends FakeStream {
	constructor() {
		super(audioDescription, 0xbeef5678);
	}

	override rtpTimestampAt(now: number): number {
		return Math.floor(now * 8) >>> 0;
	}

	packet(sequenceNumber: number): void {
		const rtpTimestamp = sequenceNumber * 160;
		this.next = {
			sequenceNumber: sequenceNumber + 1,
			rtpTimestamp: rtpTimestamp + 160,
		};
		this.feed(
			makeFrame({ key: true, sequenceNumber, rtpTimestamp, payloads: [160] }),
		);
	}
}

async function start(t: TestContext, limits: Partial<RtspLimits> = {}) {
	const video = new FakeStream();
	video.backlog = [
		makeFrame({ key: true, sequenceNumber: 7, rtpTimestamp: 90 }),
	];
	const sound = new FakeSound();
	sound.next = { sequenceNumber: 500, rtpTimestamp: 80_000 };
	const started = await startServer(t, {
		streams: {
			main: [
				{ media: "video", stream: video },
				{ media: "audio", stream: sound },
			],
		},
		limits,
		clock: new MovedClock(),
	});
	const client = await RtspClient.connect(t, started.port);
	return { ...started, video, sound, client };
}

async function setUp(
	client: RtspClient,
	url: string,
	tracks: readonly number[],
): Promise<string> {
	let Session = "";
	for (const track of tracks) {
		const channels = `${2 * track}-${2 * track + 1}`;
		const answer = await client.request("SETUP", `${url}/trackID=${track}`, {
			Transport: `RTP/AVP/TCP;unicast;interleaved=${channels}`,
			...(Session && { Session }),
		});
		assert.equal(answer.status, 200, answer.text);
		assert.match(
			header(answer, "transport"),
			new RegExp(`interleaved=${channels}`),
		);
		Session = header(answer, "session").split(";")[0] ?? "";
	}
	return Session;
}

const on = (client: RtspClient, channel: number) =>
	client.packets
		.filter((packet) => packet.channel === channel)
		.map(({ data }) => data);
const sequenceNumbers = (client: RtspClient, channel: number) =>
	on(client, channel).map((data) => data.readUInt16BE(2));

test("both tracks are described in order, and play with their places in RTP-Info", async (t) => {
	const { client, url, sound } = await start(t);
	const { body } = await client.request("DESCRIBE", url);
	assert.match(
		body,
		/m=video [\s\S]*a=control:trackID=0\r\nm=audio 0 RTP\/AVP 0\r\nb=AS:64\r\na=rtpmap:0 PCMU\/8000\r\na=recvonly\r\na=control:trackID=1\r\n$/,
	);
	const Session = await setUp(client, url, [0, 1]);
	const play = await client.request("PLAY", `${url}/`, { Session });
	assert.equal(
		header(play, "rtp-info"),
		`url=${url}/trackID=0;seq=7;rtptime=90,url=${url}/trackID=1;seq=500;rtptime=80000`,
	);
	sound.packet(500);
	sound.packet(501);
	await until("sound", () => on(client, 2).length === 2);
	assert.deepEqual(sequenceNumbers(client, 0), [7]);
	assert.deepEqual(sequenceNumbers(client, 2), [500, 501]);
});

test("PLAY waits for the first picture, not for sound; what is heard before is left out", async (t) => {
	const { client, url, video, sound } = await start(t);
	video.backlog = [];
	const Session = await setUp(client, url, [0, 1]);
	const playing = client.request("PLAY", url, { Session });
	await until("attached", () => video.viewers === 1 && sound.viewers === 1);
	for (const n of [480, 481]) sound.packet(n);
	video.feed(makeFrame({ key: true, sequenceNumber: 20, rtpTimestamp: 4 }));
	const play = await playing;
	assert.match(
		header(play, "rtp-info"),
		/seq=20;rtptime=4,.*;seq=482;rtptime=77120$/,
	);
	sound.packet(482);
	await until("sound", () => on(client, 2).length === 1);
	assert.deepEqual(sequenceNumbers(client, 2), [482]);
});

test("sender reports of both tracks name one time, and one name", async (t) => {
	const { client, url, video, sound } = await start(t);
	const Session = await setUp(client, url, [0, 1]);
	await client.request("PLAY", url, { Session });
	await until(
		"both",
		() => on(client, 1).length > 0 && on(client, 3).length > 0,
	);
	const [ofVideo, ofSound] = [1, 3].map((channel) => on(client, channel)[0]);
	assert.ok(ofVideo && ofSound);
	for (const [report, stream] of [
		[ofVideo, video],
		[ofSound, sound],
	] as const) {
		const wall =
			(report.readUInt32BE(8) - 2208988800) * 1000 +
			(report.readUInt32BE(12) / 2 ** 32) * 1000;
		const off = (stream.rtpTimestampAt(wall) - report.readUInt32BE(16)) | 0;
		assert.ok(Math.abs(off) <= 90, `${off} ticks`);
		assert.equal(report.readUInt32BE(4), stream.ssrc);
	}
	const cname = (report: Buffer) => report.subarray(36).toString("hex");
	assert.equal(cname(ofVideo), cname(ofSound));
});

for (const [which, track, channel] of [
	["pictures", 0, 0],
	["sound", 1, 2],
] as const)
	test(`a viewer may set up ${which} alone`, async (t) => {
		const { client, url, video, sound } = await start(t);
		const Session = await setUp(client, url, [track]);
		const play = await client.request("PLAY", url, { Session });
		assert.equal(play.status, 200);
		sound.packet(500);
		video.feed(makeFrame({ sequenceNumber: 8, rtpTimestamp: 3690 }));
		await until("a packet", () => on(client, channel).length > 0);
		assert.deepEqual(
			[video.viewers, sound.viewers],
			track === 0 ? [1, 0] : [0, 1],
		);
		assert.ok(client.packets.every((p) => p.channel >> 1 === channel >> 1));
	});

test("TEARDOWN of one track leaves the other playing", async (t) => {
	const { client, url, video, sound } = await start(t);
	const Session = await setUp(client, url, [0, 1]);
	await client.request("PLAY", url, { Session });
	sound.packet(500);
	const gone = await client.request("TEARDOWN", `${url}/trackID=1`, {
		Session,
	});
	assert.equal(gone.status, 200);
	assert.match(header(gone, "session"), /;timeout=/, "the session goes on");
	assert.deepEqual([video.viewers, sound.viewers], [1, 0]);
	const bye = on(client, 3).at(-1);
	assert.equal(bye?.readUInt8(bye.length - 7), 203);
	video.feed(makeFrame({ sequenceNumber: 8, rtpTimestamp: 3690 }));
	await until("a picture", () => on(client, 0).length === 2);
	const alone = await client.request("PLAY", `${url}/trackID=0`, { Session });
	assert.equal(alone.status, 200);
	await client.request("TEARDOWN", `${url}/trackID=0`, { Session });
	assert.equal(video.viewers, 0);
});

test("PAUSE is of all tracks; back from it sound goes on where it is then", async (t) => {
	const { client, url, video, sound } = await start(t);
	const Session = await setUp(client, url, [0, 1]);
	await client.request("PLAY", url, { Session });
	sound.packet(500);
	const one = await client.request("PAUSE", `${url}/trackID=1`, { Session });
	assert.equal(one.status, 460);
	await client.request("PAUSE", url, { Session });
	assert.deepEqual([video.viewers, sound.viewers], [0, 0]);
	for (const n of [501, 502, 503]) sound.packet(n);
	const play = await client.request("PLAY", url, { Session });
	assert.match(header(play, "rtp-info"), /trackID=1;seq=504;/);
	sound.packet(504);
	await until("sound", () => on(client, 2).length === 2);
	assert.deepEqual(sequenceNumbers(client, 2), [500, 504]);
});

test("sound that cannot be described is left out, and the picture is not", async (t) => {
	const { client, url, sound } = await start(t);
	sound.description = new SourceUnavailable("the camera has no sound");
	const { status, body } = await client.request("DESCRIBE", url);
	assert.equal(status, 200);
	assert.match(body, /trackID=0/);
	assert.doesNotMatch(body, /m=audio|trackID=1/);
});

test("without its sound a viewer's picture goes on; without its picture nothing does", async (t) => {
	const { client, url, video, sound } = await start(t);
	const Session = await setUp(client, url, [0, 1]);
	await client.request("PLAY", url, { Session });
	sound.packet(500);
	sound.end("its configuration was removed");
	video.feed(makeFrame({ sequenceNumber: 8, rtpTimestamp: 3690 }));
	await until("a picture", () => on(client, 0).length === 2);
	const alive = await client.request("GET_PARAMETER", url, { Session });
	assert.equal(alive.status, 200);
	video.end("its configuration was removed");
	await until("the end", () => client.closed);
});

test("a viewer who is behind keeps hearing while pictures are left out", async (t) => {
	const { client, url, video, sound } = await start(t, {
		queueBytes: 256 * 1024,
		resumeBytes: 64 * 1024,
		queueSeconds: 600,
	});
	const Session = await setUp(client, url, [0, 1]);
	await client.request("PLAY", url, { Session });
	client.socket.pause();
	let fed = 0;
	// Far more than the kernel's buffers and the bound take.
	for (let i = 0; i < 400; i++) {
		video.feed(
			makeFrame({
				sequenceNumber: (8 + i * 50) & 0xffff,
				rtpTimestamp: i * 3600,
				payloads: Array.from({ length: 50 }, () => 1200),
			}),
		);
		if (i % 10 === 0) sound.packet(500 + fed++);
		if (i % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
	}
	client.socket.resume();
	await until("all sound", () => on(client, 2).length === fed);
	assert.deepEqual(
		sequenceNumbers(client, 2),
		Array.from({ length: fed }, (_, i) => 500 + i),
	);
	assert.ok(on(client, 0).length < 400 * 50, "pictures were left out");
});
