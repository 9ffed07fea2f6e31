import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { isIPv6 } from "node:net";
import type { RtpPlace } from "./session.ts";
import { WebcamTrouble } from "./trouble.ts";

const receiveBuffer = 1024 * 1024;

/** Numeric; RFC 5771 and RFC 4291, 2.7. */
function isGroup(host: string): boolean {
	return /^(22[4-9]|23\d)\./.test(host) || /^ff/i.test(host);
}

/**
 * A socket at which the packets arrive, joined to their group.
 * @throws WebcamTrouble when it cannot be had
 */
export async function openRtpSocket({
	host,
	port,
}: Pick<RtpPlace, "host" | "port">): Promise<Socket> {
	const group = isGroup(host);
	const socket = createSocket({
		type: isIPv6(host) ? "udp6" : "udp4",
		// Several programs of one host may listen to a group.
		reuseAddr: group,
		recvBufferSize: receiveBuffer,
	});
	try {
		// Bound to the group itself it hears nothing else.
		socket.bind(port, host);
		await once(socket, "listening");
		if (group) socket.addMembership(host);
		return socket;
	} catch (error) {
		socket.close();
		throw new WebcamTrouble(troubleOf(error, host, port));
	}
}

function troubleOf(error: unknown, host: string, port: number): string {
	const code = error instanceof Error && "code" in error ? error.code : "";
	switch (code) {
		case "EADDRINUSE":
			return `UDP port ${port} is in use by another program`;
		case "EADDRNOTAVAIL":
			return `${host} is no address of this host: name the one that the packets are sent to, or 0.0.0.0 for any`;
		case "ENODEV":
			return `no network interface can join the group ${host}`;
		case "EACCES":
			return `UDP port ${port} is for root alone`;
		default:
			return `${host}:${port} cannot be listened to: ${error instanceof Error ? error.message : error}`;
	}
}
