import type { MediaOperation } from "../context.ts";
import { resolutionOut } from "./types-out.ts";

/** Its token is the SourceToken of the source configurations: npm onvif and ODM match the two. */
export const GetVideoSources: MediaOperation<"GetVideoSources"> = {
	access: "READ_MEDIA",
	run: (_request, { camera: { videoSource } }) => ({
		VideoSources: [
			{
				token: videoSource.token,
				Framerate: videoSource.frameRate,
				Resolution: resolutionOut(videoSource),
			},
		],
	}),
};
