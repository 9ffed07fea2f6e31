import type { FastifyInstance } from "fastify";
import type { WebSocket } from "ws";
import type { Admission } from "../../auth/http-access.ts";
import { SourceUnavailable } from "../../media/types.ts";
import type { Clock } from "../../system/clock.ts";
import type { Log } from "../../system/log.ts";
import { plainAddress } from "../../system/plain-address.ts";
import { acceptWebSocket } from "../../system/web-socket.ts";
import type { Audience, Visit } from "../audience.ts";
import type { MayWatch } from "../login.ts";
import type { LiveProfiles } from "./live-profiles.ts";
import { closeWith, goingAway, LiveViewer } from "./viewer.ts";

export interface LiveOptions {
	readonly profiles: LiveProfiles;
	readonly mayWatch: MayWatch;
	readonly audience: Audience;
	readonly clock: Clock;
	readonly log: Log;
}

/** Viewers have nothing to say. */
const maxMessageBytes = 1024;
/** A viewer that takes nothing for so long is gone, or stands still. */
const stalledMs = 20_000;

/** Where a profile comes as fragmented MP4 over a WebSocket, below the service's address. */
export function livePath(profileToken: string): string {
	return `/live/${encodeURIComponent(profileToken)}`;
}

/**
 * Serves `/live/<profile token>`, a WebSocket for Media Source Extensions. A text message is the MIME type of what
 * follows: an init segment, then fragments of a picture each, from a key frame on. New settings of the encoder make
 * another such text message and init segment. Times go on; whoever does not keep up misses all up to a key frame.
 */
export function serveLive(server: FastifyInstance, options: LiveOptions): void {
	const { profiles, mayWatch, audience, clock, log } = options;
	server.get<{ Params: { token: string } }>(
		"/live/:token",
		async (request, reply) => {
			const admission = await mayWatch(request, reply);
			if (!admission) return reply;
			const { token } = request.params;
			const refusal = profiles.refusal(token);
			if (refusal !== undefined)
				return reply.code(404).type("text/plain").send(`${refusal}\n`);
			const socket = await acceptWebSocket(request, reply, {
				maxMessageBytes,
				stalledMs,
			});
			if (socket)
				void watch(socket, admission, {
					client: plainAddress(request.ip),
					user: admission.identity.name,
					profile: token,
					by: "fMP4",
				});
			return reply;
		},
	);

	/** What goes wrong from now on is told in the close frame, the one place where a page can read it. */
	async function watch(
		socket: WebSocket,
		admission: Admission,
		visit: Visit,
	): Promise<void> {
		try {
			const live = await profiles.open(visit.profile);
			if (socket.readyState !== socket.OPEN) return;
			const requestKeyFrame = () => live.requestKeyFrame();
			const viewer = new LiveViewer({
				...{ socket, admission, clock },
				requestKeyFrame,
			});
			socket.once("close", live.join(viewer));
			socket.once("close", audience.enter(visit));
		} catch (error) {
			const known = error instanceof SourceUnavailable;
			if (!known) log.error("live view failed", { reason: String(error) });
			const why = known ? error.message : "internal error";
			closeWith(socket, goingAway, `no picture: ${why}`);
		}
	}
}
