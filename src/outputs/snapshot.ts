import type { FastifyInstance, FastifyReply } from "fastify";
import { SourceUnavailable } from "../media/types.ts";
import type { MayWatch } from "./login.ts";

export interface SnapshotOptions {
	readonly mayWatch: MayWatch;
	/** A JPEG of the profile's size; undefined when no such profile can be watched. Rejects with `SourceUnavailable`. */
	readonly snapshot: (profileToken: string) => Promise<Buffer> | undefined;
}

/** Where the snapshot of a profile is, below the service's address. */
export function snapshotPath(profileToken: string): string {
	return `/snapshot/${encodeURIComponent(profileToken)}`;
}

/** Serves `GET /snapshot/<profile token>` to every user (Media spec 26.06, GetSnapshotUri). */
export function serveSnapshots(
	server: FastifyInstance,
	options: SnapshotOptions,
): void {
	server.get<{ Params: { token: string } }>(
		"/snapshot/:token",
		async (request, reply) => {
			if (!(await options.mayWatch(request, reply))) return reply;
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
