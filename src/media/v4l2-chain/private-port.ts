import { once } from "node:events";
import { createServer, type Server } from "node:net";

/** A port for v4l2rtspserver, kept from the network as far as that can be. */
export interface PrivatePort {
	readonly port: number;
	release(): void;
}

/**
 * v4l2rtspserver's `-I 127.0.0.1` binds IPv4 only: it also listens on [::], where its HTTP answers know no login.
 * So [::] is taken before it comes, which it puts up with; whoever calls there is hung up on.
 */
export async function privatePort(): Promise<PrivatePort> {
	const guard = await listen("::").catch(() => undefined);
	if (guard) return { port: portOf(guard), release: () => guard.close() };
	// A host without IPv6 has nothing to guard.
	const free = await listen("127.0.0.1");
	const port = portOf(free);
	free.close();
	await once(free, "close");
	return { port, release() {} };
}

async function listen(host: string): Promise<Server> {
	const server = createServer((socket) => {
		socket.on("error", () => {});
		socket.destroy();
	});
	server.listen({ host, port: 0, ipv6Only: true });
	await once(server, "listening");
	return server;
}

function portOf(server: Server): number {
	const address = server.address();
	if (address === null || typeof address === "string")
		throw new Error("a TCP server has a port");
	return address.port;
}
