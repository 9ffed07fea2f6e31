import type { FastifyInstance } from "fastify";
import type { HttpAccess } from "../auth/http-access.ts";
import { credentialsOf, sendRefusal } from "../outputs/login.ts";
import type { Log } from "../system/log.ts";

export interface SessionRoutes {
	readonly access: HttpAccess;
	readonly log: Log;
}

/**
 * Serves `/session`, by which a page logs in without sending the password, over plain HTTP too: GET answers who the
 * browser is logged in as, or a challenge; POST with the Digest that answers it sets the session's cookie; DELETE ends it.
 */
export function serveSession(
	server: FastifyInstance,
	{ access, log }: SessionRoutes,
): void {
	server.get("/session", async (request, reply) => {
		const visitor = await access.whoIs(credentialsOf(request));
		reply.header("cache-control", "no-store");
		return "admission" in visitor
			? { user: visitor.admission.identity }
			: { challenge: access.challenge() };
	});
	server.post("/session", async (request, reply) => {
		const answer = await access.logIn(credentialsOf(request));
		if (!("cookie" in answer)) return sendRefusal(request, reply, answer, log);
		return reply
			.code(204)
			.header("set-cookie", answer.cookie)
			.header("cache-control", "no-store")
			.send();
	});
	server.delete("/session", async (request, reply) => {
		const credentials = credentialsOf(request);
		if (!access.isOwnPage(credentials))
			return reply
				.code(403)
				.type("text/plain")
				.send("only this camera's own page may log out\n");
		return reply
			.code(204)
			.header("set-cookie", await access.logOut(credentials))
			.send();
	});
}
