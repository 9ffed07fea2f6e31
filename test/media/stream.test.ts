import assert from "node:assert/strict";
import { test } from "node:test";
import { AudioFormat } from "../../src/media/formats/audio.ts";
import { Hub, videoOf } from "../../src/media/hub.ts";
import { HubStream } from "../../src/media/stream.ts";
import type { Frame } from "../../src/media/types.ts";
import { type Clock, systemClock } from "../../src/system/clock.ts";

const g711 = () =>
	new AudioFormat({
		encodingName: "PCMU",
		payloadType: 0,
		clockRate: 8000,
		channels: undefined,
		fmtp: undefined,
		bitrateKbit: 64,
	});

function packet(timestamp: number): Buffer {
	const rtp = Buffer.alloc(12 + 160, 0xff);
	rtp.writeUInt16BE(0x8000, 0);
	rtp.writeUInt32BE(timestamp, 4);
	return rtp;
}

/** A stream that is fed from here: no process is behind it. */
function fedStream(token: string, clock: Clock = systemClock) {
	const told: string[] = [];
	const stream = new HubStream({
		token,
		format: g711(),
		producer: {
			start: () => told.push("start"),
			stop: () => told.push("stop"),
			requestKeyFrame: () => told.push("key frame"),
			unavailable: undefined,
		},
		clock,
	});
	return { stream, told };
}

test("sound is described before it begins, by nobody's work", async () => {
	const { stream, told } = fedStream("sound");
	const description = await stream.describe();
	assert.equal(description.encodingName, "PCMU");
	assert.equal(stream.media, "audio");
	assert.deepEqual(told, []);
	stream.end("over");
});

test("each packet of sound is a frame that a player can start at, and none is kept", () => {
	const { stream, told } = fedStream("sound");
	const frames: Frame[] = [];
	const attachment = stream.attach({
		frame: (frame) => frames.push(frame),
		end() {},
	});
	assert.deepEqual(told, ["start"]);
	const { sequenceNumber: next } = stream.next;
	for (let i = 0; i < 3; i++) stream.packet(packet(4000 + i * 160));
	assert.deepEqual(
		frames.map(({ key, sequenceNumber }) => [key, sequenceNumber]),
		[0, 1, 2].map((i) => [true, (next + i) & 0xffff]),
	);
	const times = frames.map(({ rtpTimestamp }) => rtpTimestamp);
	const [first = 0] = times;
	assert.deepEqual(
		times.map((time) => (time - first) >>> 0),
		[0, 160, 320],
	);
	assert.deepEqual(stream.next, {
		sequenceNumber: (next + 3) & 0xffff,
		rtpTimestamp: (first + 480) >>> 0,
	});
	assert.deepEqual(
		stream.attach({ frame() {}, end() {} }).backlog,
		[],
		"what was heard is not heard again",
	);
	attachment.detach();
	stream.end("over");
});

test("who finds a stream and asks when it has ended is told why, and starts nothing", async () => {
	const { stream, told } = fedStream("sound");
	stream.end("its encoding was changed");
	const before = [...told];
	await assert.rejects(stream.describe(), /its encoding was changed/);
	const reason = await new Promise((end) => {
		const { backlog } = stream.attach({ frame() {}, end });
		assert.deepEqual(backlog, []);
	});
	assert.equal(reason, "its encoding was changed");
	assert.deepEqual(told, before);
});

test("a stream's clock runs at its encoding's rate", () => {
	const now = 1_800_000_000_000;
	const clock = { now: () => now, monotonic: () => 5000 };
	const { stream } = fedStream("sound", clock);
	const ticks =
		(stream.rtpTimestampAt(now) - stream.rtpTimestampAt(now - 1000)) | 0;
	assert.equal(ticks, 8000);
	stream.end("over");
});

test("a profile has its tracks in order, and only those that there are", () => {
	const hub = new Hub((token) =>
		token === "main"
			? { name: "", sessionTimeout: 60, streamTokens: ["a", "b", "c"] }
			: undefined,
	);
	hub.add(fedStream("c").stream);
	assert.equal(hub.find("main"), undefined, "without its first it is nothing");
	hub.add(fedStream("a").stream);
	assert.deepEqual(
		hub.find("main")?.tracks.map(({ stream }) => stream.token),
		["a", "c"],
	);
	assert.equal(videoOf(hub, "main"), undefined);
	assert.equal(videoOf(hub, "other"), undefined);
	for (const token of ["a", "c"]) hub.remove(token, "over");
});
