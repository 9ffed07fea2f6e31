import type { AudioSink } from "../types.ts";
import type { TalkFormat } from "./formats.ts";

/** So much later than it comes, at most, is a packet played: what Wi-Fi and tunnels delay is waited for. */
const latencyMs = 200;

/** It plays before there is any sound: what comes earlier is stamped with a time that is hours ahead, and waits for it. */
const atOnce = "async=false";

/** RTP from stdin, each packet behind its length (RFC 4571), to the loudspeaker; `level` is percent of full volume. */
export function talkLine(
	format: TalkFormat,
	level: number,
	sink: AudioSink,
): string[] {
	const { encodingName, clockRate, payloadType, elements } = format;
	const [depayloader, decoder] = elements;
	return [
		// It says when it plays.
		"-m",
		"fdsrc",
		"fd=0",
		"do-timestamp=true",
		"!",
		`application/x-rtp-stream,media=audio,clock-rate=${clockRate},encoding-name=${encodingName},payload=${payloadType}`,
		"!",
		"rtpstreamdepay",
		"!",
		"rtpjitterbuffer",
		`latency=${latencyMs}`,
		"!",
		depayloader,
		"!",
		decoder,
		"!",
		"audioconvert",
		"!",
		"audioresample",
		"!",
		"volume",
		`volume=${level / 100}`,
		"!",
		...sinkWords(sink),
	];
}

function sinkWords(sink: AudioSink): string[] {
	switch (sink.kind) {
		case "alsa":
			return [
				"alsasink",
				`device=${sink.device}`,
				// Time is the host's: a sound card's own stands still until it has something to play.
				"provide-clock=false",
				atOnce,
			];
		case "test":
			return ["fakesink", "sync=true", atOnce];
		case "file":
			return [
				"wavenc",
				"!",
				"filesink",
				"sync=true",
				`location=${sink.path}`,
				atOnce,
			];
	}
}
