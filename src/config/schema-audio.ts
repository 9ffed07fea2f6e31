// A namespace import, so that the bundle takes only the builders that stand here.
import * as Type from "@sinclair/typebox";
import { alsaDevice, closed, oneOf, orNull } from "./schema-words.ts";

/** The keys of `audio` that are about talking to the camera. */
const talkKeys = {
	output: oneOf(["none", "test", "alsa"], { default: "none" }),
	outputDevice: alsaDevice({ default: "default" }),
};

/** The sound of a camera. */
export const Audio = Type.Object(
	{
		source: oneOf(["auto", "none", "test", "alsa"], { default: "auto" }),
		device: alsaDevice({ default: "default" }),
		encoding: oneOf(["G711", "AAC"], { default: "G711" }),
		bitrateKbit: orNull(Type.Integer({ minimum: 16, maximum: 96 })),
		sampleRateKHz: orNull(Type.Integer({ minimum: 8, maximum: 48 })),
		...talkKeys,
	},
	closed,
);
