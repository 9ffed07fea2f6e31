import { elements, missingElement } from "../gstreamer/diagnose.ts";
import { knownElements } from "../gstreamer/elements.ts";
import type { AudioPlan } from "../types.ts";
import { aacEncoders } from "./aac-encoders.ts";
import { transcodedLine } from "./aac-transcoder.ts";
import { muLaw } from "./g711.ts";
import { audioLine } from "./launch.ts";

/** What will keep a plan from giving sound, in words that say what to do; so that nobody has to listen first to learn it. */
export async function audioReadiness(
	audio: AudioPlan | undefined,
): Promise<string[]> {
	if (!audio || audio.input.kind === "camera") return [];
	const { input, streams } = audio;
	const known = await knownElements();
	const encoder = aacEncoders.find((name) => known.has(name)) ?? aacEncoders[0];
	const words = new Set(
		streams.flatMap((plan) => [
			...audioLine(input, plan.encoder, encoder),
			// What those hear who are given no G.711.
			...(plan.encoder.encoding === "G711"
				? transcodedLine(muLaw, encoder)
				: []),
		]),
	);
	return elements
		.filter((element) => words.has(element) && !known.has(element))
		.map(missingElement);
}
