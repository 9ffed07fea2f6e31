import { GstreamerEngine } from "../media/gstreamer/engine.ts";
import { Hub } from "../media/hub.ts";
import type { Clock } from "../system/clock.ts";
import type { Log } from "../system/log.ts";
import { deferred } from "./deferred.ts";
import { examine, type Finding, Trouble } from "./finding.ts";
import type { Patient } from "./patient.ts";
import { noDevice, planOf } from "./plan.ts";

const limitMs = 20_000;
const wantedFrames = 5;
const silent: Log = { info() {}, warn() {}, error() {} };

/** Encodes five frames of a test picture for each profile with the engine and the settings that the service uses. */
export async function checkEncoders(
	patient: Patient,
): Promise<readonly Finding[]> {
	const plan = planOf(patient.config, {
		kind: "test",
		pattern: "ball",
		clock: false,
	});
	const { hub, engine } = engineOf(patient.clock);
	engine.apply(plan);
	try {
		return await Promise.all(
			plan.streams.map(({ token, encoder }) =>
				examine(`encoder ${token}`, limitMs, async (signal) => {
					await frames(hub, token, signal);
					return `${wantedFrames} frames of ${encoder.encoding} ${encoder.width}x${encoder.height}`;
				}),
			),
		);
	} finally {
		await engine.stop();
	}
}

function engineOf(clock: Clock) {
	const hub = new Hub(() => undefined);
	const engine = new GstreamerEngine({
		hub,
		device: noDevice,
		clock,
		log: silent,
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
		// It knows why there will be none.
		const failed = stream.describe().then(() => enough.promise);
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
