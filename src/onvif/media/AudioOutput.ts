import type { MediaOperation } from "../context.ts";
import { requireAudioOutput } from "./find-audio-output.ts";

export const GetAudioOutputs: MediaOperation<"GetAudioOutputs"> = {
	access: "READ_MEDIA",
	run: (_request, { camera }) => ({
		AudioOutputs: [{ token: requireAudioOutput(camera).token }],
	}),
};
