import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { isIPv6 } from "node:net";
import { RtspError } from "./errors.ts";
import type { TrackReceiver } from "./receiver.ts";

const tries = 20;
const receiveBuffer = 1024 * 1024;
/** A packet through the firewall before us, so that the server's find their way back: RTP version 2 and nothing else. */
const punch = Buffer.from("800000000000000000000000", "hex");

/** Two neighbouring UDP ports, RTP on the even one, that hear only the server: packets go to the receiver as they come. */
export class UdpReceiver {
	readonly port: number;
	readonly #server: string;
	readonly #rtp: Socket;
	readonly #rtcp: Socket;
	/** Where the server hears RTCP: the port that it tells, else the one that its own comes from. */
	#rtcpPort: number | undefined;

	private constructor(
		server: string,
		rtp: Socket,
		rtcp: Socket,
		receiver: Required<TrackReceiver>,
	) {
		this.port = rtp.address().port;
		this.#server = server;
		this.#rtp = rtp;
		this.#rtcp = rtcp;
		rtp.on("message", (data, from) => {
			if (from.address === server) receiver.rtp(data);
		});
		rtcp.on("message", (data, from) => {
			if (from.address !== server) return;
			this.#rtcpPort ??= from.port;
			receiver.rtcp(data);
		});
	}

	/** @throws RtspError when no pair of ports is free */
	static async open(
		server: string,
		receiver: Required<TrackReceiver>,
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
			return new UdpReceiver(server, rtp, rtcp, receiver);
		}
		throw new RtspError("no two neighbouring UDP ports are free here");
	}

	/** Opens the way from the server's ports to ours. `report` is RTCP that says that we are there. */
	greet(rtpPort: number, rtcpPort: number, report: Buffer): void {
		this.#rtp.send(punch, rtpPort, this.#server);
		this.#rtcpPort = rtcpPort;
		this.sendRtcp(report);
	}

	/** Is lost while the server's port is not known. */
	sendRtcp(packet: Buffer): void {
		if (this.#rtcpPort !== undefined)
			this.#rtcp.send(packet, this.#rtcpPort, this.#server);
	}

	close(): void {
		for (const socket of [this.#rtp, this.#rtcp]) socket.close();
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
