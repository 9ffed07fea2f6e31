import { createConnection, isIP, type Socket } from "node:net";
import type { RtspAddress } from "./address.ts";

/** Connects by TCP, and by TLS for `rtsps://`. `connected` is told once the server is the one it says it is. */
export async function openSocket(
	{ host, port, tls }: RtspAddress,
	verifyCertificate: boolean,
): Promise<{ readonly socket: Socket; readonly connected: string }> {
	if (!tls)
		return {
			socket: createConnection({ host, port }).setNoDelay(true),
			connected: "connect",
		};
	// Few cameras speak it: who has none need not load it.
	const { connect } = await import("node:tls");
	const socket = connect({
		host,
		port,
		rejectUnauthorized: verifyCertificate,
		...(isIP(host) === 0 ? { servername: host } : {}),
	});
	return { socket: socket.setNoDelay(true), connected: "secureConnect" };
}
