import assert from "node:assert/strict";
import test from "node:test";
import { talkFormats } from "../../../src/media/talk/formats.ts";
import { talkLine } from "../../../src/media/talk/launch.ts";
import type { AudioSink } from "../../../src/media/types.ts";

const [muLaw, aLaw] = talkFormats;

const table: readonly [AudioSink, number, number, string][] = [
	[
		{ kind: "alsa", device: "plughw:1,0" },
		0,
		100,
		"-m fdsrc fd=0 do-timestamp=true ! application/x-rtp-stream,media=audio,clock-rate=8000,encoding-name=PCMU,payload=0 ! rtpstreamdepay ! rtpjitterbuffer latency=200 ! rtppcmudepay ! mulawdec ! audioconvert ! audioresample ! volume volume=1 ! alsasink device=plughw:1,0 provide-clock=false async=false",
	],
	[
		{ kind: "test" },
		8,
		35,
		"-m fdsrc fd=0 do-timestamp=true ! application/x-rtp-stream,media=audio,clock-rate=8000,encoding-name=PCMA,payload=8 ! rtpstreamdepay ! rtpjitterbuffer latency=200 ! rtppcmadepay ! alawdec ! audioconvert ! audioresample ! volume volume=0.35 ! fakesink sync=true async=false",
	],
];

for (const [sink, payloadType, level, line] of table)
	test(`payload type ${payloadType} to ${sink.kind} at ${level} %`, () => {
		const format = payloadType === 8 ? aLaw : muLaw;
		assert.ok(format);
		assert.deepEqual(talkLine(format, level, sink), line.split(" "));
	});
