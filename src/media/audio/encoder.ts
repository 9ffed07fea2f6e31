import type { Clock } from "../../system/clock.ts";
import type { Log } from "../../system/log.ts";
import type { EngineProducer } from "../engine-streams.ts";
import type { Diagnosis } from "../gstreamer/diagnose.ts";
import type { EncoderSink } from "../gstreamer/encoder.ts";
import { startGstLaunch } from "../gstreamer/gst-launch.ts";
import { withoutCaptureTime } from "../rtp/capture-time.ts";
import { Deframer } from "../rtp/deframer.ts";
import type { AudioStreamPlan } from "../types.ts";
import { bestAacEncoder, primingSamples } from "./aac-encoders.ts";
import { diagnoseAudio } from "./diagnose.ts";
import type { audioLine, LocalInput } from "./launch.ts";
import { soundChild } from "./sound-child.ts";

/** Alone GStreamer's first look at its plug-ins takes a slow board many seconds. */
const startMs = 12_000;
const stallMs = 4000;

export interface AudioEncoderOptions {
	readonly input: LocalInput;
	readonly plan: AudioStreamPlan;
	readonly sink: EncoderSink;
	readonly line: typeof audioLine;
	/** GStreamer's elements on this machine. */
	readonly known: () => Promise<ReadonlySet<string>>;
	/** Until then the one before this may hold the microphone. */
	readonly after: Promise<unknown>;
	readonly clock: Clock;
	readonly log: Log;
}

/** The process that takes and encodes sound while somebody listens. Without a microphone it tries again and again. */
export function audioEncoder(options: AudioEncoderOptions): EngineProducer {
	const { plan, sink, after, clock, log } = options;
	return soundChild({
		...{ token: plan.token, sink, after, clock, log },
		async once(signal, heard) {
			const how = await howTo(options);
			if (signal.aborted) return undefined;
			return how instanceof Error
				? { reason: how.message, permanent: true }
				: once(how, options, signal, heard);
		},
	});
}

interface How {
	readonly args: readonly string[];
	/** By so much its packets hold what was before the time that they tell. */
	readonly primingMs: number;
}

/** An error for people where there is no encoder. */
async function howTo({
	input,
	plan: { encoder },
	line,
	known,
}: AudioEncoderOptions): Promise<How | Error> {
	if (encoder.encoding !== "AAC")
		return { args: line(input, encoder), primingMs: 0 };
	const aacEncoder = bestAacEncoder(await known());
	if (aacEncoder instanceof Error) return aacEncoder;
	return {
		args: line(input, encoder, aacEncoder),
		primingMs: primingSamples[aacEncoder] / encoder.sampleRateKHz,
	};
}

/** One life of the process; tells why it ended unasked. */
async function once(
	{ args, primingMs }: How,
	{ input, plan, sink, clock }: AudioEncoderOptions,
	signal: AbortSignal,
	heard: () => void,
): Promise<Diagnosis | undefined> {
	const program = startGstLaunch({ name: `audio ${plan.token}`, args });
	const stop = () => void program.stop();
	signal.addEventListener("abort", stop, { once: true });
	let silent = false;
	const watch = (ms: number) =>
		setTimeout(() => {
			silent = true;
			program.kill();
		}, ms);
	let watchdog = watch(startMs);
	program.stdout.once("data", () => {
		clearTimeout(watchdog);
		watchdog = watch(stallMs);
		heard();
	});
	const deframer = new Deframer((framed) => {
		if (signal.aborted) return;
		const { packet, takenAt } = withoutCaptureTime(framed, clock.now());
		sink.packet(packet, takenAt === undefined ? takenAt : takenAt - primingMs);
	});
	program.stdout.on("data", (chunk: Buffer) => {
		watchdog.refresh();
		deframer.push(chunk);
	});
	const exit = await program.exited;
	clearTimeout(watchdog);
	signal.removeEventListener("abort", stop);
	if (exit.asked || signal.aborted) return undefined;
	return silent
		? { reason: "the microphone gives no sound", permanent: false }
		: diagnoseAudio(exit, input);
}
