import type { FastifyReply, FastifyRequest } from "fastify";
import type { DigestAuth } from "../auth/types.ts";
import type { Log } from "../system/log.ts";
import { plainAddress } from "../system/plain-address.ts";

/** Whether who asks may watch: every user may, by HTTP Digest. Answers with a challenge otherwise. */
export function watchers(
	auth: DigestAuth,
	log: Log,
): (request: FastifyRequest, reply: FastifyReply) => boolean {
	return (request, reply) => {
		const result = auth.verify(
			request.headers.authorization,
			request.method,
			request.url,
		);
		if (result.kind === "authenticated") return true;
		const stale = result.kind === "refused" && result.stale;
		if (result.kind === "refused" && !stale)
			log.warn("viewer refused", {
				client: plainAddress(request.ip),
				reason: result.reason,
			});
		reply.code(401).header("www-authenticate", [...auth.challenges(stale)]);
		void reply.type("text/plain").send("log in with a user of this camera\n");
		return false;
	};
}
