import { GstreamerEngine } from "../media/gstreamer/engine.ts";
import { Hub } from "../media/hub.ts";
import type { Clock } from "../system/clock.ts";
import type { Log } from "../system/log.ts";
import { examine, type Finding, Trouble } from "./finding.ts";
import { TooFewFrames, watchFrames } from "./frames.ts";
import type { Patient } from "./patient.ts";
import { noDevice, planOf } from "./plan.ts";

/** A slow board that has other things to do needs most of it. */
const limitMs = 60_000;
const wantedFrames = 5;

/** What the engine says in its log of the encoder that it took, by stream. */
interface Choice {
	readonly encoder: string;
	/** Why it took none that is better. */
	readonly reason: string | undefined;
}

/** Encodes five frames of a test picture for each profile with the engine and the settings that the service uses. */
export async function checkEncoders(
	patient: Patient,
): Promise<readonly Finding[]> {
	const plan = planOf(patient.config, {
		kind: "test",
		pattern: "ball",
		clock: false,
	});
	const choices = new Map<string, Choice>();
	const { hub, engine } = engineOf(patient.clock, listenTo(choices));
	engine.apply(plan);
	try {
		return await Promise.all(
			plan.streams.map(({ token, encoder, h264Encoder }) =>
				examine(`encoder ${token}`, limitMs, async (signal) => {
					const stream = hub.get(token);
					if (!stream) throw new Error("the engine does not know it");
					await watchFrames(stream, wantedFrames, signal).catch((error) => {
						throw explained(error);
					});
					const made = `${wantedFrames} frames of ${encoder.encoding} ${encoder.width}x${encoder.height}`;
					return encoder.encoding === "H264"
						? judged(made, choices.get(token), h264Encoder)
						: made;
				}),
			),
		);
	} finally {
		await engine.stop();
	}
}

function listenTo(choices: Map<string, Choice>): Log {
	const listen: Log["info"] = (_, fields = {}) => {
		const { stream, encoder, reason } = fields;
		if (typeof stream === "string" && typeof encoder === "string")
			choices.set(stream, {
				encoder,
				reason: reason === undefined ? undefined : String(reason),
			});
	};
	return { info: listen, warn: listen, error() {} };
}

/** Another encoder than the owner wants is wrong; that the best one there could be does not work is worth a word. */
function judged(
	made: string,
	choice: Choice | undefined,
	wanted: string | undefined,
): string {
	if (choice === undefined) return made;
	const { encoder, reason } = choice;
	if (wanted !== undefined && encoder !== wanted)
		throw new Trouble(
			`${encoder} is taken instead of ${wanted}: ${reason ?? "it does not work"}`,
			"set the profile's encoder to auto, or mend what keeps the wanted one from working",
		);
	return `${made} by ${encoder}${reason === undefined ? "" : `, since ${reason}`}`;
}

function engineOf(clock: Clock, log: Log) {
	const hub = new Hub(() => undefined);
	const engine = new GstreamerEngine({
		hub,
		device: noDevice,
		clock,
		log,
	});
	return { hub, engine };
}

function explained(error: unknown): unknown {
	if (!(error instanceof TooFewFrames)) return error;
	const install = /: (apt-get install \S+)$/.exec(error.message);
	return new Trouble(
		error.message.replace(/: apt-get install \S+$/, ""),
		install?.[1] ?? "set smaller sizes or rates in profiles, or see elements",
	);
}
