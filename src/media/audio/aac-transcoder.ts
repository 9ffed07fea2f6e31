import type { Clock } from "../../system/clock.ts";
import type { Log } from "../../system/log.ts";
import type { EngineProducer } from "../engine-streams.ts";
import { type AudioEncoding, audioFormat } from "../formats/audio.ts";
import { type Diagnosis, diagnose } from "../gstreamer/diagnose.ts";
import type { EncoderSink } from "../gstreamer/encoder.ts";
import { startGstLaunch } from "../gstreamer/gst-launch.ts";
import { Deframer } from "../rtp/deframer.ts";
import { payloadOffset, timestamp } from "../rtp/packet.ts";
import { type Frame, SourceUnavailable, type Stream } from "../types.ts";
import {
	type AacEncoder,
	bestAacEncoder,
	primingSamples,
} from "./aac-encoders.ts";
import { type Law, lawOf } from "./g711.ts";
import { aacOfG711Line } from "./launch.ts";
import { SampleTimes } from "./sample-times.ts";
import { soundChild } from "./sound-child.ts";

/** What G.711 becomes. The more samples a second, the shorter AAC's frames and its delay; who pushes to the large platforms has what they ask for. */
const made = {
	encoding: "AAC",
	bitrateKbit: 32,
	sampleRateKHz: 48,
} as const satisfies AudioEncoding;
/** Samples made of one. */
const ratio = made.sampleRateKHz / 8;
/** Sound that is given and not answered in seconds: GStreamer's first look at its plug-ins takes a slow board many. */
const unansweredSamples = 12 * 8000;

export interface AacTranscoderOptions {
	readonly token: string;
	/** Of G.711, whoever makes it. */
	readonly source: Stream;
	readonly sink: EncoderSink;
	/** GStreamer's elements on this machine. */
	readonly known: () => Promise<ReadonlySet<string>>;
	readonly clock: Clock;
	readonly log: Log;
}

/** The format of what an `aacTranscoder` gives. */
export const transcodedFormat = () => audioFormat(made);

export const transcodedLine = (law: Law, encoder: AacEncoder) =>
	aacOfG711Line(law, made, encoder);

/** The process that makes AAC of a stream of G.711 while somebody listens to that: the microphone stays the stream's alone. */
export function aacTranscoder(options: AacTranscoderOptions): EngineProducer {
	const { token, sink, clock, log } = options;
	return soundChild({
		...{ token, sink, clock, log, after: Promise.resolve() },
		async once(signal, heard) {
			const how = await howTo(options);
			if (signal.aborted) return undefined;
			return "reason" in how ? how : transcode(how, options, signal, heard);
		},
	});
}

interface How {
	readonly law: Law;
	readonly encoder: AacEncoder;
}

async function howTo({
	source,
	known,
}: AacTranscoderOptions): Promise<How | Diagnosis> {
	const encoder = bestAacEncoder(await known());
	if (encoder instanceof Error)
		return { reason: encoder.message, permanent: true };
	try {
		const description = await source.describe();
		const law = lawOf(description);
		if (law) return { law, encoder };
		const { encodingName } = description;
		return { reason: `no AAC is made of ${encodingName}`, permanent: true };
	} catch (error) {
		if (!(error instanceof SourceUnavailable)) throw error;
		return { reason: error.message, permanent: false };
	}
}

/** One life of the process; tells why it ended unasked. */
async function transcode(
	{ law, encoder }: How,
	{ token, source, sink, clock }: AacTranscoderOptions,
	signal: AbortSignal,
	heard: () => void,
): Promise<Diagnosis | undefined> {
	const program = startGstLaunch({
		name: `audio ${token} to AAC`,
		args: transcodedLine(law, encoder),
		writable: true,
	});
	const stop = () => void program.stop();
	signal.addEventListener("abort", stop, { once: true });
	const times = new SampleTimes();
	let first: number | undefined;
	let answered = 0;
	let silent = false;
	const { detach } = source.attach({
		frame(frame) {
			if (!program.stdin?.writable || silent) return;
			for (const octets of payloads(frame)) program.stdin.write(octets);
			times.add(frame.rtpTimestamp, frame.payloadOctets);
			silent = times.end - answered > unansweredSamples;
			if (silent) program.kill();
		},
		// The hub ends what is made of it with it.
		end() {},
	});
	const deframer = new Deframer((packet) => {
		if (signal.aborted) return;
		first ??= timestamp(packet);
		const samples = (timestamp(packet) - first) >>> 0;
		const position = (samples - primingSamples[encoder]) / ratio;
		answered = position;
		const at = times.at(position);
		if (at === undefined) return;
		packet.writeUInt32BE(Math.round(at * ratio) >>> 0, 4);
		const now = clock.now();
		const age = (source.rtpTimestampAt(now) - at) | 0;
		sink.packet(packet, now - age / 8);
	});
	program.stdout.once("data", heard);
	program.stdout.on("data", (chunk: Buffer) => deframer.push(chunk));
	const exit = await program.exited;
	detach();
	signal.removeEventListener("abort", stop);
	if (exit.asked || signal.aborted) return undefined;
	return silent
		? { reason: `${encoder} gives nothing`, permanent: false }
		: diagnose(exit);
}

function* payloads({ interleaved, packets }: Frame): Generator<Buffer> {
	for (const [i, start] of packets.entries()) {
		const next = packets[i + 1];
		const end = next === undefined ? interleaved.length : next - 4;
		const packet = interleaved.subarray(start, end);
		yield packet.subarray(payloadOffset(packet));
	}
}
