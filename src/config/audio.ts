import { CheckError } from "./check.ts";
import type { ConfigFile } from "./schema.ts";

/** Where sound comes from and how it is encoded, made out. */
export interface AudioConfig {
	readonly input:
		| { readonly kind: "test" }
		| { readonly kind: "alsa"; readonly device: string }
		| { readonly kind: "camera" };
	readonly encoding: "G711" | "AAC";
	readonly bitrateKbit: number;
	readonly sampleRateKHz: number;
}

/** The first of each is what null stands for. */
const offered = {
	G711: { bitrateKbit: [64], sampleRateKHz: [8] },
	AAC: { bitrateKbit: [32, 16, 24, 48, 64, 96], sampleRateKHz: [16, 32, 48] },
} as const;

/** @throws CheckError when rates do not go with the encoding */
export function checkAudio({ audio }: ConfigFile): void {
	for (const key of ["bitrateKbit", "sampleRateKHz"] as const) {
		const value = audio[key];
		const values: readonly number[] = offered[audio.encoding][key];
		if (value !== null && !values.includes(value))
			throw new CheckError(
				`audio.${key}: must be ${inWords(values)} for ${audio.encoding}, got ${value}`,
			);
	}
}

function inWords(values: readonly number[]): string {
	const sorted = values.toSorted((a, b) => a - b);
	const last = sorted.at(-1);
	return sorted.length > 1
		? `${sorted.slice(0, -1).join(", ")} or ${last}`
		: String(last);
}

/** With everything made out; undefined for a camera without sound. */
export function audioOf({
	audio,
	source,
}: Pick<ConfigFile, "audio" | "source">): AudioConfig | undefined {
	const { encoding } = audio;
	const input = inputOf(audio, source.rtsp !== undefined);
	return (
		input && {
			input,
			encoding,
			bitrateKbit: audio.bitrateKbit ?? offered[encoding].bitrateKbit[0],
			sampleRateKHz: audio.sampleRateKHz ?? offered[encoding].sampleRateKHz[0],
		}
	);
}

function inputOf(
	{ source, device }: ConfigFile["audio"],
	relayed: boolean,
): AudioConfig["input"] | undefined {
	if (source === "alsa") return { kind: source, device };
	if (source === "test") return { kind: source };
	return source === "auto" && relayed ? { kind: "camera" } : undefined;
}
