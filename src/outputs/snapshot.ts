import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { DigestAuth } from "../auth/types.ts";
import { SourceUnavailable } from "../media/types.ts";
import type { Log } from "../system/log.ts";
import { plainAddress } from "../system/plain-address.ts";

export interface SnapshotOptions {
	readonly auth: DigestAuth;
	/** A JPEG of the profile's size; undefined when no such profile can be watched. Rejects with `SourceUnavailable`. */
	readonly snapshot: (profileToken: string) => Promise<Buffer> | undefined;
	readonly log: Log;
}

/** Where the snapshot of a profile is, below the service's address. */
export function snapshotPath(profileToken: string): string {
	return `/snapshot/${encodeURIComponent(profileToken)}`;
}

/** Serves `GET /snapshot/<profile token>` to every user, by HTTP Digest (Media spec 26.06, GetSnapshotUri). */
export function serveSnapshots(
	server: FastifyInstance,
	options: SnapshotOptions,
): void {
	server.get<{ Params: { token: string } }>(
		"/snapshot/:token",
		async (request, reply) => {
			if (!authenticated(request, reply, options)) return reply;
			const picture = options.snapshot(request.params.token);
			if (!picture)
				return reply
					.code(404)
					.type("text/plain")
					.send("there is no such profile\n");
			return sendPicture(picture, reply);
		},
	);
}

function authenticated(
	request: FastifyRequest,
	reply: FastifyReply,
	{ auth, log }: SnapshotOptions,
): boolean {
	const result = auth.verify(
		request.headers.authorization,
		request.method,
		request.url,
	);
	if (result.kind === "authenticated") return true;
	const stale = result.kind === "refused" && result.stale;
	if (result.kind === "refused" && !stale)
		log.warn("snapshot refused", {
			client: plainAddress(request.ip),
			reason: result.reason,
		});
	reply.code(401).header("www-authenticate", [...auth.challenges(stale)]);
	void reply.type("text/plain").send("log in with a user of this camera\n");
	return false;
}

async function sendPicture(
	picture: Promise<Buffer>,
	reply: FastifyReply,
): Promise<FastifyReply> {
	let jpeg: Buffer;
	try {
		jpeg = await picture;
	} catch (error) {
		if (!(error instanceof SourceUnavailable)) throw error;
		return reply
			.code(503)
			.header("retry-after", "2")
			.type("text/plain")
			.send(`no picture: ${error.message}\n`);
	}
	return reply
		.type("image/jpeg")
		.header("cache-control", "no-store")
		.send(jpeg);
}
