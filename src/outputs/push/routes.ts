import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { SourceUnavailable } from "../../media/types.ts";
import { plainAddress } from "../../system/plain-address.ts";
import type { Pushes } from "./pushes.ts";
import { PushFailed } from "./types.ts";

export interface PushRoutes {
	readonly pushes: Pushes;
	/** Whether who asks may watch; answers otherwise. */
	readonly mayWatch: (
		request: FastifyRequest,
		reply: FastifyReply,
	) => Promise<unknown>;
}

/** Serves `GET /push`, how the pushes do, and `GET /push/<number>.sdp`, what their receivers open, to every user. */
export function servePushes(
	server: FastifyInstance,
	{ pushes, mayWatch }: PushRoutes,
): void {
	server.get("/push", async (request, reply) => {
		if (!(await mayWatch(request, reply))) return reply;
		return reply
			.header("cache-control", "no-store")
			.send(pushes.status.map(readable));
	});
	server.get<{ Params: { number: string } }>(
		"/push/:number(^[0-9]{1,3}).sdp",
		async (request, reply) => {
			if (!(await mayWatch(request, reply))) return reply;
			const origin = plainAddress(request.socket.localAddress ?? "");
			return sendSdp(pushes.sdp(Number(request.params.number), origin), reply);
		},
	);
}

function readable({
	since,
	retryAt,
	...status
}: Pushes["status"][number]): Readonly<Record<string, unknown>> {
	const iso = (time: number) => new Date(time).toISOString();
	return {
		...status,
		since: iso(since),
		...(retryAt !== undefined && { retryAt: iso(retryAt) }),
	};
}

async function sendSdp(
	asked: Promise<string | undefined>,
	reply: FastifyReply,
): Promise<FastifyReply> {
	try {
		const sdp = await asked;
		if (sdp === undefined)
			return reply.code(404).type("text/plain").send("there is no such push\n");
		return reply
			.type("application/sdp")
			.header("cache-control", "no-store")
			.send(sdp);
	} catch (error) {
		if (!(error instanceof SourceUnavailable || error instanceof PushFailed))
			throw error;
		return reply
			.code(503)
			.header("retry-after", "2")
			.type("text/plain")
			.send(`no description: ${error.message}\n`);
	}
}
