import assert from "node:assert/strict";
import { test } from "node:test";
import { audioFormat } from "../../src/media/formats/audio.ts";
import { aacTrack, silentFrame } from "../../src/media/mp4/aac.ts";
import type { Frame } from "../../src/media/types.ts";
import { LiveMp4 } from "../../src/outputs/fmp4/live-mp4.ts";
import { sampleOf } from "../media/mp4/boxes.ts";
import { encode } from "../rtsp/encoded-stream.ts";
import { FakeStream, frameOf } from "../rtsp/fake-stream.ts";

const { description: audio } = audioFormat({
	encoding: "AAC",
	bitrateKbit: 32,
	sampleRateKHz: 16,
});
const encoded = encode("H264");
const start = Date.UTC(2026, 0, 2);

/** RTP timestamps that begin somewhere and count the clock's time. */
class TimedStream extends FakeStream {
	override rtpTimestampAt(now: number): number {
		assert.ok(!(this.description instanceof Error));
		const { clockRate } = this.description;
		return (0xfffff000 + Math.round(((now - start) * clockRate) / 1000)) >>> 0;
	}
}

/** One frame of AAC that was taken at `now`. */
function soundAt(stream: TimedStream, now: number): Frame {
	const packet = Buffer.from("80e1000100000000000000010010001801020304", "hex");
	packet.writeUInt32BE(stream.rtpTimestampAt(now), 4);
	return frameOf([packet.subarray(0, 19)], true);
}

test("sound is where its pictures are, whenever it comes", () => {
	let ms = 0;
	const clock = { now: () => start + ms, monotonic: () => ms };
	const { description } = encoded;
	assert.ok(description.media === "video");
	const video = new TimedStream(description);
	const sound = new TimedStream(audio, 2);
	const track = aacTrack(2, audio);
	assert.ok(track);
	let idle = 0;
	const live = new LiveMp4({
		video,
		description,
		sound: { stream: sound, track, silence: silentFrame(audio) },
		clock,
		onIdle: () => idle++,
	});
	const samples: ReturnType<typeof sampleOf>[] = [];
	const leave = live.join({
		init: () => {},
		fragment: ({ data }) => samples.push(sampleOf(data)),
		end: () => {},
	});
	assert.deepEqual([video.viewers, sound.viewers], [1, 1]);
	// Pictures are taken every 40 ms from 1 s on and come 20 ms later; sound of the same time comes 300 ms later.
	let heard = 1000;
	for (let at = 1000; at < 9000; at += 40) {
		ms = at + 20;
		const frame = encoded.frames[((at - 1000) / 40) % encoded.frames.length];
		assert.ok(frame);
		video.feed({ ...frame, rtpTimestamp: video.rtpTimestampAt(start + at) });
		for (; heard + 300 <= ms; heard += 64)
			sound.feed(soundAt(sound, start + heard));
	}
	const heardTimes = samples.filter((one) => one.track === 2);
	assert.equal(heardTimes.length, Math.ceil((heard - 1000) / 64));
	for (const [i, { decodeTime, duration, data }] of heardTimes.entries()) {
		assert.equal(data.toString("hex"), "010203");
		assert.equal(duration, 1024);
		const off = decodeTime / 16_000 - (i * 64) / 1000;
		assert.ok(Math.abs(off) < 0.002, `${off} s at ${i}`);
	}
	leave();
	assert.deepEqual([video.viewers, sound.viewers, idle], [0, 0, 1]);
});

test("sound that is missing is silence a second behind the pictures, and is in its place when it comes", () => {
	let ms = 0;
	const clock = { now: () => start + ms, monotonic: () => ms };
	const { description } = encoded;
	assert.ok(description.media === "video");
	const video = new TimedStream(description);
	const sound = new TimedStream(audio, 2);
	const track = aacTrack(2, audio);
	assert.ok(track);
	const live = new LiveMp4({
		video,
		description,
		sound: { stream: sound, track, silence: silentFrame(audio) },
		clock,
		onIdle: () => {},
	});
	const samples: ReturnType<typeof sampleOf>[] = [];
	const leave = live.join({
		init: () => {},
		fragment: ({ data }) => samples.push(sampleOf(data)),
		end: () => {},
	});
	const sounds = () => samples.filter((one) => one.track === 2);
	const end = () => {
		const last = sounds().at(-1);
		return ((last?.decodeTime ?? 0) + (last?.duration ?? 0)) / 16_000;
	};
	// Pictures are taken every 40 ms from 1 s on; sound of 5 s to 7 s comes 200 ms later, and that from 40 s on.
	let heard = 5000;
	const picture = (at: number) => {
		ms = at + 20;
		const frame = encoded.frames[((at - 1000) / 40) % encoded.frames.length];
		assert.ok(frame);
		video.feed({ ...frame, rtpTimestamp: video.rtpTimestampAt(start + at) });
		for (; heard + 200 <= ms; heard += 64)
			if (heard < 7000 || heard >= 40_000)
				sound.feed(soundAt(sound, start + heard));
	};
	for (let at = 1000; at < 2000; at += 40) picture(at);
	assert.deepEqual(sounds(), [], "it may still come");
	for (let at = 2000; at < 42_000; at += 40) {
		picture(at);
		const late = (at - 1000) / 1000 - end();
		assert.ok(late < 1.15, `${late} s at ${at}`);
	}
	leave();
	let at = 0;
	for (const { decodeTime, duration, data } of sounds()) {
		assert.equal(decodeTime, at, "no gap");
		at += duration;
		const seconds = decodeTime / 16_000 + 1;
		const real = data.toString("hex") === "010203";
		const expected =
			(seconds > 5.03 && seconds < 6.97) || seconds > 40.03
				? true
				: seconds < 4.93 || (seconds > 7.07 && seconds < 39.93)
					? false
					: real;
		assert.equal(real, expected, `at ${seconds} s`);
	}
});

test("pictures that are no H.264 from the first on end it, and no sound stays", () => {
	const { description } = encoded;
	assert.ok(description.media === "video");
	const video = new TimedStream(description);
	video.backlog = encode("JPEG").frames;
	const sound = new TimedStream(audio, 2);
	const track = aacTrack(2, audio);
	assert.ok(track);
	const ends: string[] = [];
	new LiveMp4({
		video,
		description,
		sound: { stream: sound, track, silence: silentFrame(audio) },
		clock: { now: () => start, monotonic: () => 0 },
		onIdle: () => {},
	}).join({
		init: () => {},
		fragment: () => {},
		end: (reason) => ends.push(reason),
	});
	assert.deepEqual(ends, ["the profile is not H.264 any more"]);
	assert.deepEqual([video.viewers, sound.viewers], [0, 0]);
});

test("new settings of the sound end it, since players take no other tracks", () => {
	const { description } = encoded;
	assert.ok(description.media === "video");
	const video = new TimedStream(description);
	const sound = new TimedStream(audio, 2);
	const track = aacTrack(2, audio);
	assert.ok(track);
	const live = new LiveMp4({
		video,
		description,
		sound: { stream: sound, track, silence: silentFrame(audio) },
		clock: { now: () => start, monotonic: () => 0 },
		onIdle: () => {},
	});
	const ends: string[] = [];
	live.join({
		init: () => {},
		fragment: () => {},
		end: (reason) => ends.push(reason),
	});
	sound.end("another format");
	assert.deepEqual(ends, ["the profile's sound has other settings now"]);
	assert.deepEqual([video.viewers, sound.viewers], [0, 0]);
});
