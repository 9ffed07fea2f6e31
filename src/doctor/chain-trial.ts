import { randomBytes } from "node:crypto";
import { Hub } from "../media/hub.ts";
import type { StreamPlan } from "../media/types.ts";
import type { ChainDevices } from "../media/v4l2-chain/devices.ts";
import { ChainEngine } from "../media/v4l2-chain/engine.ts";
import type { Clock } from "../system/clock.ts";
import { type Health, Trouble } from "./finding.ts";
import { TooFewFrames, watchFrames } from "./frames.ts";

const wantedFrames = 5;
const noCapture = { kind: "test", pattern: "ball", clock: false } as const;

/**
 * Runs a chain as the service does, until five frames came through camera, v4l2compress, loopback device and
 * v4l2rtspserver: only so does it show which v4l2compress this is, and whether the camera has the wished size.
 */
export async function tryChain(
	stream: StreamPlan,
	devices: ChainDevices,
	clock: Clock,
	signal: AbortSignal,
): Promise<Health> {
	const { token, encoder, chain } = stream;
	const hub = new Hub(() => undefined);
	const said: string[] = [];
	const hear = (line: string, fields: object = {}) => {
		if (!("reason" in fields)) said.push(line);
	};
	const engine = new ChainEngine({
		hub,
		devices,
		random: randomBytes,
		clock,
		log: { info: hear, warn: hear, error: hear },
	});
	const { width, height, frameRate } = encoder;
	engine.apply({
		capture: { source: noCapture, width, height, frameRate },
		// Clients are not to be let in to a trial.
		streams: [{ ...stream, chain: chain && { ...chain, direct: undefined } }],
	});
	try {
		const watched = hub.get(token);
		if (!watched) throw new Error("the engine does not know it");
		await watchFrames(watched, wantedFrames, signal);
	} catch (error) {
		throw error instanceof TooFewFrames ? explained(error.message) : error;
	} finally {
		await engine.stop();
	}
	const made = `${wantedFrames} frames of ${encoder.encoding} ${width}x${height} came through ${chain?.camera}, v4l2compress, ${chain?.loopback} and v4l2rtspserver`;
	return [made, ...said].join("; ");
}

const remedies: readonly (readonly [RegExp, string])[] = [
	[
		/offers none of the raw formats|has no \d+x\d+|takes \S+ instead of/,
		"set the profile to a raw size of the camera (v4l2-ctl --list-formats-ext), or to engine: gstreamer",
	],
	[/is in use|stays at/, "stop the program that has it open"],
];

function explained(message: string): Trouble {
	const found = remedies.find(([words]) => words.test(message));
	return new Trouble(
		message,
		found?.[1] ??
			"docs/v4l2-chain.md tells what the programs need; engine: gstreamer does without them",
	);
}
