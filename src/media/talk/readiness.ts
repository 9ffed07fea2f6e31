import { elements, missingElement } from "../gstreamer/diagnose.ts";
import { knownElements } from "../gstreamer/elements.ts";
import type { AudioSink } from "../types.ts";
import { talkFormats } from "./formats.ts";
import { talkLine } from "./launch.ts";

/** What will keep what is said from being heard, in words that say what to do; so that nobody has to talk first to learn it. */
export async function talkReadiness(
	sink: AudioSink | undefined,
): Promise<string[]> {
	if (!sink) return [];
	const known = await knownElements();
	const words = new Set(
		talkFormats.flatMap((format) => talkLine(format, 100, sink)),
	);
	return elements
		.filter((element) => words.has(element) && !known.has(element))
		.map(missingElement);
}
