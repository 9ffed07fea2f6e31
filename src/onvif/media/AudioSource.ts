import type { MediaOperation } from "../context.ts";
import { requireAudio } from "./find-audio.ts";

export const GetAudioSources: MediaOperation<"GetAudioSources"> = {
	access: "READ_MEDIA",
	run(_request, { camera }) {
		const { token, channels } = requireAudio(camera);
		return { AudioSources: [{ token, Channels: channels }] };
	},
};
