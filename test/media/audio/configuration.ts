import type { AudioEncoderConfiguration } from "../../../src/camera/types.ts";

export const g711: AudioEncoderConfiguration = {
	token: "audio-encoder",
	name: "Audio encoder",
	encoding: "G711",
	bitrateKbit: 64,
	sampleRateKHz: 8,
	multicast: { address: "0.0.0.0", port: 0, ttl: 1, autoStart: false },
	sessionTimeout: 60,
};
