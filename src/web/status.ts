import type { FastifyInstance } from "fastify";
import type { Camera } from "../camera/camera.ts";
import type { Profile, VideoEncoderConfiguration } from "../camera/types.ts";
import { videoOf } from "../media/hub.ts";
import type { Stream, StreamDirectory } from "../media/types.ts";
import type { MayWatch } from "../outputs/login.ts";
import type { Clock } from "../system/clock.ts";
import type { CameraStatus, ProfileStatus } from "./page/status.ts";

export interface StatusOptions {
	readonly mayWatch: MayWatch;
	readonly camera: Camera;
	readonly directory: StreamDirectory;
	readonly about: Pick<
		CameraStatus,
		"name" | "location" | "version" | "onvif"
	> & {
		readonly ports: {
			readonly rtsp: number;
			readonly rtsps?: number | undefined;
		};
	};
	/** How a stream comes about, in words. */
	readonly path: (streamToken: string) => string | undefined;
	/** Who watches a profile by ways of which the stream knows only as one. */
	readonly moreViewers: (profileToken: string) => number;
	/** Paths on this port by which a profile is watched. */
	readonly addresses: (
		profileToken: string,
		encoding: ProfileStatus["encoding"],
	) => Omit<ProfileStatus["addresses"], "rtsp">;
	readonly clock: Clock;
}

/** Serves `GET /status`: what there is to watch, and how it is. */
export function serveStatus(
	server: FastifyInstance,
	options: StatusOptions,
): void {
	server.get("/status", async (request, reply) => {
		if (!(await options.mayWatch(request, reply))) return reply;
		return reply.header("cache-control", "no-store").send(statusOf(options));
	});
}

function statusOf(options: StatusOptions): CameraStatus {
	const { camera, directory, about, clock } = options;
	const { ports, ...words } = about;
	return {
		...words,
		rtspPort: ports.rtsp,
		rtspsPort: ports.rtsps,
		at: clock.monotonic(),
		profiles: camera.profiles.flatMap((profile) => {
			const stream = videoOf(directory, profile.token);
			const encoder = camera.videoEncoderConfiguration(
				profile.videoEncoderConfiguration,
			);
			return stream && encoder
				? [profileStatus(options, profile, encoder, stream)]
				: [];
		}),
	};
}

function profileStatus(
	{ addresses, camera, directory, moreViewers, path }: StatusOptions,
	{ token, name, audioEncoderConfiguration }: Profile,
	encoder: VideoEncoderConfiguration,
	stream: Stream,
): ProfileStatus {
	const { encoding, width, height, frameRate, bitrateKbit } = encoder;
	const hasSound = directory
		.find(token)
		?.tracks.some(({ media }) => media === "audio");
	return {
		token,
		name,
		encoding,
		width,
		height,
		frameRate,
		...(encoding === "H264" && { bitrateKbit }),
		sound: hasSound
			? camera.audioEncoderConfiguration(audioEncoderConfiguration)?.encoding
			: undefined,
		viewers: stream.viewers + moreViewers(token),
		frames: stream.frames,
		path: path(stream.token),
		trouble: stream.trouble,
		addresses: {
			rtsp: `/${encodeURIComponent(token)}`,
			...addresses(token, encoding),
		},
	};
}
