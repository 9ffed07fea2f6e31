import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { isIPv6 } from "node:net";
import { RtspError } from "./errors.ts";
import type { TrackReceiver } from "./receiver.ts";
import { Reorder } from "./reorder.ts";

const tries = 20;
const receiveBuffer = 1024 * 1024;
/** A packet through the firewall before us, so that the server's find their way back: RTP version 2 and nothing else. */
const punch = Buffer.from("800000000000000000000000", "hex");

/** Two neighbouring UDP ports, RTP on the even one, that hear only the server. */
export class UdpReceiver {
	readonly port: number;
	readonly #sockets: readonly [Socket, Socket];

	private constructor(port: number, sockets: readonly [Socket, Socket]) {
		this.port = port;
		this.#sockets = sockets;
	}

	/** @throws RtspError when no pair of ports is free */
	static async open(
		server: string,
		receiver: TrackReceiver,
	): Promise<UdpReceiver> {
		const type = isIPv6(server) ? "udp6" : "udp4";
		for (let i = 0; i < tries; i++) {
			const rtp = await bind(type, 0);
			if (!rtp) continue;
			const { port } = rtp.address();
			const rtcp = port % 2 === 0 ? await bind(type, port + 1) : undefined;
			if (!rtcp) {
				rtp.close();
				continue;
			}
			const reorder = new Reorder((packet) => receiver.rtp(packet));
			rtp.on("message", (data, from) => {
				if (from.address === server) reorder.push(data);
			});
			rtcp.on("message", (data, from) => {
				if (from.address === server) receiver.rtcp?.(data);
			});
			return new UdpReceiver(port, [rtp, rtcp]);
		}
		throw new RtspError("no two neighbouring UDP ports are free here");
	}

	/** Opens the way from the server's ports to ours. */
	greet(server: string, rtpPort: number, rtcpPort: number): void {
		const ports = [rtpPort, rtcpPort];
		for (const [index, socket] of this.#sockets.entries())
			socket.send(punch, ports[index] ?? rtpPort, server);
	}

	close(): void {
		for (const socket of this.#sockets) socket.close();
	}
}

async function bind(
	type: "udp4" | "udp6",
	port: number,
): Promise<Socket | undefined> {
	const socket = createSocket({ type, recvBufferSize: receiveBuffer });
	socket.bind(port);
	try {
		await once(socket, "listening");
	} catch {
		// The port is taken: another pair is tried.
		socket.close();
		return undefined;
	}
	// What ICMP tells of a server that is gone; the silence tells it too.
	socket.on("error", () => {});
	return socket;
}
