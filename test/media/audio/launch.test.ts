import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { AudioEncoderConfiguration } from "../../../src/camera/types.ts";
import { diagnoseAudio } from "../../../src/media/audio/diagnose.ts";
import { aacOfG711Line, audioLine } from "../../../src/media/audio/launch.ts";
import { aacConfig, audioFormat } from "../../../src/media/formats/audio.ts";
import { g711 } from "./configuration.ts";

const aac: AudioEncoderConfiguration = {
	...g711,
	encoding: "AAC",
	bitrateKbit: 32,
	sampleRateKHz: 16,
};
const toNode =
	"rtponviftimestamp ! rtpstreampay ! fdsink fd=1 sync=false async=false";

describe("launch lines of sound", () => {
	const cases: [string, string[], string][] = [
		[
			"a tone in G.711",
			audioLine({ kind: "test" }, g711),
			`-q audiotestsrc is-live=true wave=sine freq=440 volume=0.2 samplesperbuffer=160 ! audioconvert ! audioresample ! audio/x-raw,rate=8000,channels=1 ! mulawenc ! rtppcmupay ssrc=3615 min-ptime=20000000 max-ptime=20000000 ! ${toNode}`,
		],
		[
			"a microphone in AAC",
			audioLine({ kind: "alsa", device: "plughw:CARD=Mic,DEV=0" }, aac),
			`-q alsasrc device=plughw:CARD=Mic,DEV=0 provide-clock=false latency-time=20000 ! audioconvert ! audioresample ! audio/x-raw,rate=16000,channels=1 ! audioconvert ! voaacenc bitrate=32000 ! audio/mpeg,mpegversion=4,stream-format=raw ! rtpmp4gpay pt=97 ssrc=3615 mtu=1400 ! ${toNode}`,
		],
	];
	for (const [name, line, expected] of cases)
		test(name, () => assert.equal(line.join(" "), expected));

	test("AAC of another camera's A-law", () =>
		assert.equal(
			aacOfG711Line(
				{ format: "alaw", decoder: "alawdec" },
				{ sampleRateKHz: 48, bitrateKbit: 32 },
				"voaacenc",
			).join(" "),
			"-q fdsrc fd=0 ! rawaudioparse format=alaw sample-rate=8000 num-channels=1 ! alawdec ! audioconvert ! audioresample ! audio/x-raw,rate=48000,channels=1 ! audioconvert ! voaacenc bitrate=32000 ! audio/mpeg,mpegversion=4,stream-format=raw ! rtpmp4gpay pt=97 ssrc=3615 mtu=1400 ! rtpstreampay ! fdsink fd=1 sync=false async=false",
		));

	test("another encoder of AAC", () =>
		assert.match(
			audioLine({ kind: "test" }, aac, "avenc_aac").join(" "),
			/samplesperbuffer=1024 .* ! avenc_aac bitrate=32000 ! audio\/mpeg/,
		));
});

test("SDP says of sound what RFC 3551 and RFC 3640 want", () => {
	const { description: ulaw } = audioFormat(g711);
	assert.deepEqual(
		[ulaw.encodingName, ulaw.payloadType, ulaw.clockRate, ulaw.bitrateKbit],
		["PCMU", 0, 8000, 64],
	);
	const { description } = audioFormat(aac);
	assert.equal(
		`${description.encodingName}/${description.clockRate}/${description.channels}`,
		"MPEG4-GENERIC/16000/1",
	);
	assert.match(description.fmtp ?? "", /;mode=AAC-hbr;.*;config=1408$/);
	assert.deepEqual([8, 32, 48].map(aacConfig), ["1588", "1288", "1188"]);
});

describe("why there is no sound", () => {
	const microphone = { kind: "alsa", device: "hw:1" } as const;
	const why = (stderr: string) =>
		diagnoseAudio(
			{ code: 1, signal: undefined, stderr, asked: false },
			microphone,
		);
	const debug =
		"ERROR: from element /GstPipeline:pipeline0/GstAlsaSrc:alsasrc0:";
	const cases: [string, string, string][] = [
		[
			"no microphone",
			`${debug} Could not open audio device for recording.\nRecording open error on device 'hw:1': No such file or directory`,
			"ALSA device hw:1 is not there: is the microphone plugged in? arecord -L names those that are",
		],
		[
			"a busy one",
			`${debug} Could not open audio device for recording. Device is being used by another application.`,
			"ALSA device hw:1 is in use by another program",
		],
		[
			"a forbidden one",
			`${debug} Could not open audio device for recording.\nRecording open error on device 'hw:1': Permission denied`,
			"ALSA device hw:1: permission denied; add the service's user to the group audio",
		],
		[
			"one that was unplugged",
			`${debug} Error recording from audio device. The device has been disconnected.`,
			"ALSA device hw:1 went away",
		],
	];
	for (const [name, stderr, reason] of cases)
		test(name, () =>
			assert.deepEqual(why(stderr), { reason, permanent: false }),
		);

	test("no plug-in", () =>
		assert.deepEqual(why('WARNING: erroneous pipeline: no element "alsasrc"'), {
			reason:
				"the GStreamer element alsasrc is missing: apt-get install gstreamer1.0-alsa",
			permanent: true,
		}));
});
