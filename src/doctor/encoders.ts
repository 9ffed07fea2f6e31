import { GstreamerEngine } from "../media/gstreamer/engine.ts";
import { Hub } from "../media/hub.ts";
import type { Clock } from "../system/clock.ts";
import type { Log } from "../system/log.ts";
import { deferred } from "./deferred.ts";
import { examine, type Finding, Trouble } from "./finding.ts";
import type { Patient } from "./patient.ts";
import { noDevice, planOf } from "./plan.ts";

const limitMs = 30_000;
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
					await frames(hub, token, signal);
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

async function frames(
	hub: Hub,
	token: string,
	signal: AbortSignal,
): Promise<void> {
	const stream = hub.get(token);
	if (stream === undefined) throw new Error("the engine does not know it");
	let count = 0;
	const enough = deferred<void>();
	const giveUp = () => enough.reject(signal.reason);
	signal.addEventListener("abort", giveUp, { once: true });
	const attachment = stream.attach({
		frame() {
			if (++count === wantedFrames) enough.resolve();
		},
		end: (reason) => enough.reject(new Error(reason)),
	});
	try {
		// It knows why there will be none. As players do, ask again: a first start reads GStreamer's plug-ins from a slow disk.
		const failed = stream
			.describe()
			.catch(() => stream.describe())
			.then(() => enough.promise);
		await Promise.race([enough.promise, failed]);
	} catch (error) {
		throw explained(error, count);
	} finally {
		attachment.detach();
		signal.removeEventListener("abort", giveUp);
	}
}

function explained(error: unknown, count: number): unknown {
	if (error instanceof Trouble || !(error instanceof Error)) return error;
	const install = /: (apt-get install \S+)$/.exec(error.message);
	return new Trouble(
		`${count} of ${wantedFrames} frames: ${error.message.replace(/: apt-get install \S+$/, "")}`,
		install?.[1] ?? "set smaller sizes or rates in profiles, or see elements",
	);
}
