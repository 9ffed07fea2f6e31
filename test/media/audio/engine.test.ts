import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { AudioEncoderConfiguration } from "../../../src/camera/types.ts";
import { AudioEngine } from "../../../src/media/audio/engine.ts";
import { Hub } from "../../../src/media/hub.ts";
import type { AudioInput, Frame, Plan } from "../../../src/media/types.ts";
import { systemClock } from "../../../src/system/clock.ts";
import { descendants } from "../../helpers/children.ts";
import { until } from "../../helpers/media.ts";
import { g711 } from "./configuration.ts";

const tone: AudioInput = { kind: "test" };
const aac = { encoding: "AAC", bitrateKbit: 32, sampleRateKHz: 16 } as const;

function planOf(
	change: Partial<AudioEncoderConfiguration> = {},
	input = tone,
): Plan {
	const encoder = { ...g711, ...change };
	return {
		capture: {
			source: { kind: "test", pattern: "ball", clock: false },
			width: 640,
			height: 480,
			frameRate: 15,
		},
		streams: [],
		audio: { input, streams: [{ token: encoder.token, encoder }] },
	};
}

function start(t: TestContext, plan: Plan) {
	const warnings: string[] = [];
	const hub = new Hub(() => undefined);
	const engine = new AudioEngine({
		hub,
		relay: () => undefined,
		clock: systemClock,
		log: {
			info() {},
			warn: (message, fields) => warnings.push(`${message}: ${fields?.reason}`),
			error() {},
		},
	});
	t.after(() => engine.stop());
	engine.apply(plan);
	const stream = () => {
		const found = hub.get(g711.token);
		assert.ok(found);
		return found;
	};
	return { hub, engine, stream, warnings };
}

function listen(stream: ReturnType<ReturnType<typeof start>["stream"]>) {
	const frames: Frame[] = [];
	const ended: string[] = [];
	const { detach } = stream.attach({
		frame: (frame) => frames.push(frame),
		end: (reason) => ended.push(reason),
	});
	const more = (count: number) => {
		const wanted = frames.length + count;
		return until(() => frames.length >= wanted, `${count} more packets`);
	};
	return { frames, ended, detach, more };
}

const children = () =>
	descendants().filter(({ commandLine }) =>
		commandLine.startsWith("gst-launch-1.0"),
	);

test("a tone in G.711: packets of 20 ms, one process however many listen, none when nobody does", async (t) => {
	const { stream, engine } = start(t, planOf());
	assert.deepEqual(children(), []);
	const first = listen(stream());
	const second = listen(stream());
	await Promise.all([first.more(25), second.more(25)]);
	assert.equal(children().length, 1);
	const { frames } = first;
	for (const frame of frames) {
		assert.deepEqual([frame.key, frame.payloadOctets], [true, 160]);
		assert.equal(frame.interleaved.readUInt8(4), 0x80, "no header extension");
		assert.equal(frame.interleaved.readUInt8(5) & 0x7f, 0);
	}
	const steps = frames.map(
		({ rtpTimestamp }, i) =>
			(rtpTimestamp - (frames[i - 1]?.rtpTimestamp ?? rtpTimestamp - 160)) >>>
			0,
	);
	assert.deepEqual([...new Set(steps)], [160]);
	assert.ok(
		frames.some(({ interleaved }) =>
			interleaved.subarray(16).some((o) => o !== 0xff),
		),
		"it is no silence",
	);
	first.detach();
	second.detach();
	await until(() => children().length === 0, "the process's end");
	await engine.stop();
});

test("AAC as RFC 3640 has it", async (t) => {
	const { stream } = start(t, planOf(aac));
	const { frames, more } = listen(stream());
	await more(10);
	const [frame] = frames;
	assert.ok(frame);
	// AU-headers-length, then 13 bits of size and 3 of index.
	assert.equal(frame.interleaved.readUInt16BE(16), 16);
	assert.equal(
		frame.interleaved.readUInt16BE(18) >> 3,
		frame.payloadOctets - 4,
	);
	assert.equal(frame.interleaved.readUInt8(5) & 0x7f, 97);
});

test("AAC is made of G.711 while somebody wants it, of the one microphone, which may die meanwhile", async (t) => {
	const { hub, stream } = start(t, planOf());
	const aacOf = () => {
		const found = hub.aacOf(g711.token);
		assert.ok(found);
		return found;
	};
	assert.equal((await aacOf().describe()).encodingName, "MPEG4-GENERIC");
	assert.deepEqual(children(), [], "who asks costs nothing");
	const inG711 = listen(stream());
	const inAac = listen(aacOf());
	await Promise.all([inG711.more(25), inAac.more(25)]);
	const microphones = () =>
		children().filter((child) => child.commandLine.includes("audiotestsrc"));
	assert.deepEqual([children().length, microphones().length], [2, 1]);
	const [microphone] = microphones();
	assert.ok(microphone);
	process.kill(microphone.pid, "SIGKILL");
	await Promise.all([inG711.more(25), inAac.more(25)]);
	const { frames } = inAac;
	for (const [i, { sequenceNumber, rtpTimestamp }] of frames.entries()) {
		const before = frames[i - 1];
		if (!before) continue;
		assert.equal(sequenceNumber, (before.sequenceNumber + 1) & 0xffff);
		assert.ok(((rtpTimestamp - before.rtpTimestamp) | 0) > 0);
	}
	inG711.detach();
	await inAac.more(10);
	assert.equal(microphones().length, 1, "what is made of it needs it");
	inAac.detach();
	await until(() => children().length === 0, "the processes' end");
});

test("AAC that is made of G.711 is begun again when its process dies, and ends with the encoding", async (t) => {
	const { hub, engine } = start(t, planOf());
	const source = hub.aacOf(g711.token);
	assert.ok(source);
	const listener = listen(source);
	await listener.more(5);
	const transcoders = () =>
		children().filter((child) => child.commandLine.includes("rawaudioparse"));
	const [child] = transcoders();
	assert.ok(child);
	process.kill(child.pid, "SIGKILL");
	await until(
		() => transcoders().some(({ pid }) => pid !== child.pid),
		"another",
	);
	await listener.more(10);
	engine.apply(planOf(aac));
	assert.deepEqual(listener.ended, ["its encoding was changed"]);
	assert.equal(hub.aacOf(g711.token), undefined, "it is AAC by itself");
	await until(() => children().length === 0, "the processes' end");
});

test("another bit rate goes on; another encoding ends the stream for those who listen", async (t) => {
	const { stream, engine } = start(t, planOf(aac));
	const listener = listen(stream());
	await listener.more(3);
	engine.apply(planOf({ ...aac, bitrateKbit: 64, name: "Other" }));
	await listener.more(20);
	await until(
		() =>
			children().every(({ commandLine }) =>
				commandLine.includes("bitrate=64000"),
			),
		"the new bit rate",
	);
	assert.equal((await stream().describe()).bitrateKbit, 64);
	assert.deepEqual(listener.ended, []);
	engine.apply(planOf());
	assert.deepEqual(listener.ended, ["its encoding was changed"]);
	const other = listen(stream());
	await other.more(3);
	engine.apply({ ...planOf(), audio: undefined });
	assert.deepEqual(other.ended, ["its configuration was removed"]);
	await until(() => children().length === 0, "the process's end");
});

test("a process that is killed is followed by another, and sequence numbers go on", async (t) => {
	const { stream } = start(t, planOf());
	const { frames, more } = listen(stream());
	await more(5);
	const [child] = children();
	assert.ok(child);
	process.kill(child.pid, "SIGKILL");
	await until(() => children().some(({ pid }) => pid !== child.pid), "another");
	await more(10);
	frames.forEach(({ sequenceNumber }, i) => {
		const before = frames[i - 1]?.sequenceNumber;
		if (before !== undefined)
			assert.equal(sequenceNumber, (before + 1) & 0xffff);
	});
});

test("a microphone that is not there is told once, with what to do, and looked for again", async (t) => {
	const device = "hw:CARD=NoSuchCard";
	const { stream, warnings, engine } = start(
		t,
		planOf({}, { kind: "alsa", device }),
	);
	const { frames } = listen(stream());
	const tries = new Set<number>();
	await until(() => {
		for (const { pid } of children()) tries.add(pid);
		return tries.size >= 3;
	}, "three tries");
	assert.deepEqual(warnings, [
		`no sound; the picture goes on: ALSA device ${device} is not there: is the microphone plugged in? arecord -L names those that are`,
	]);
	assert.deepEqual(frames, []);
	assert.equal((await stream().describe()).encodingName, "PCMU");
	assert.deepEqual(await engine.check(), []);
});
