import type { ConfigFile } from "./schema.ts";

/** Where what clients say is heard, made out. */
export type TalkConfig =
	| { readonly kind: "test" }
	| { readonly kind: "alsa"; readonly device: string };

/** Undefined for a camera without loudspeaker. */
export function talkOf({
	audio,
}: Pick<ConfigFile, "audio">): TalkConfig | undefined {
	const { output, outputDevice } = audio;
	if (output === "alsa") return { kind: output, device: outputDevice };
	return output === "test" ? { kind: output } : undefined;
}
