import type { FastifyInstance, FastifyReply } from "fastify";
import type { Admission } from "../../auth/http-access.ts";
import type { VideoEncoding } from "../../camera/types.ts";
import { videoOf } from "../../media/hub.ts";
import {
	SourceUnavailable,
	type Stream,
	type StreamDirectory,
} from "../../media/types.ts";
import type { Clock } from "../../system/clock.ts";
import { plainAddress } from "../../system/plain-address.ts";
import type { Audience, Visit } from "../audience.ts";
import type { MayWatch } from "../login.ts";
import { headers, MjpegViewer } from "./viewer.ts";

export interface MjpegOptions {
	readonly mayWatch: MayWatch;
	readonly directory: StreamDirectory;
	/** A profile's encoding as it is set; undefined when there is no such profile, or nothing to watch of it. */
	readonly encoding: (profileToken: string) => VideoEncoding | undefined;
	/** Tokens of all profiles. */
	readonly profiles: () => readonly string[];
	readonly audience: Audience;
	readonly clock: Clock;
}

/** Where a JPEG profile comes as `multipart/x-mixed-replace`, below the service's address. */
export function mjpegPath(profileToken: string): string {
	return `/mjpeg/${encodeURIComponent(profileToken)}`;
}

/** Serves `GET /mjpeg/<profile token>`: the encoder's own pictures, to any number of viewers. */
export function serveMjpeg(
	server: FastifyInstance,
	options: MjpegOptions,
): void {
	const { mayWatch, directory, encoding, audience, clock } = options;
	server.get<{ Params: { token: string } }>(
		"/mjpeg/:token",
		async (request, reply) => {
			const admission = await mayWatch(request, reply);
			if (!admission) return reply;
			const { token } = request.params;
			const stream = videoOf(directory, token);
			if (!stream || encoding(token) !== "JPEG")
				return sendText(reply, 404, refusal(options, token));
			if (request.method === "HEAD") return reply.headers(headers).send();
			try {
				await stream.describe();
			} catch (error) {
				if (!(error instanceof SourceUnavailable)) throw error;
				reply.header("retry-after", "2");
				return sendText(reply, 503, `no picture: ${error.message}`);
			}
			watch(reply, stream, admission, {
				client: plainAddress(request.ip),
				user: admission.identity.name,
				profile: token,
				by: "MJPEG",
			});
			return reply;
		},
	);

	function watch(
		reply: FastifyReply,
		stream: Stream,
		admission: Admission,
		visit: Visit,
	) {
		const response = reply.raw;
		reply.hijack();
		if (response.destroyed) return;
		const viewer = new MjpegViewer(response, admission, clock);
		const { backlog, detach } = stream.attach(viewer);
		response.once("close", detach);
		response.once("close", audience.enter(visit));
		const latest = backlog.at(-1);
		if (latest) viewer.frame(latest);
	}
}

/** Says where there is MJPEG. */
function refusal({ encoding, profiles }: MjpegOptions, token: string): string {
	const there = profiles().filter((one) => encoding(one) === "JPEG");
	const isNot = encoding(token)
		? `the profile ${token} is H264, which goes by RTSP and /live/`
		: "there is no such profile";
	return there.length === 0
		? `${isNot}; none of this camera's profiles is JPEG`
		: `${isNot}; JPEG is in ${there.map(mjpegPath).join(", ")}`;
}

function sendText(reply: FastifyReply, status: number, text: string) {
	return reply.code(status).type("text/plain").send(`${text}\n`);
}
