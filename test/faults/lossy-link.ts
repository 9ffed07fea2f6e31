import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { connect, createServer, type Server } from "node:net";

/** Of so many RTP packets one is lost, and one comes after the two that were sent after it. */
const lostOf = 50;
const lateOf = 20;
const lateBy = 2;

/**
 * A link to an RTSP server of this host that loses two RTP packets of a hundred and delivers five late, always the
 * same ones: what `tc netem` does, also where the kernel has no netem or we are not root. It stands between the two
 * by naming its own ports in SETUP's Transport headers.
 */
export class LossyLink {
	readonly port: number;
	lost = 0;
	late = 0;
	/** Of the receiver reports that passed: the most packets that one of them missed (RFC 3550, 6.4.1). */
	reportedLost = 0;
	readonly #tcp: Server;
	readonly #rtp: Socket;
	readonly #rtcp: Socket;
	#passed = 0;
	#client = [0, 0];
	#server = [0, 0];
	readonly #waiting: { readonly packet: Buffer; readonly after: number }[] = [];

	private constructor(tcp: Server, port: number, rtp: Socket, rtcp: Socket) {
		this.#tcp = tcp;
		this.port = port;
		this.#rtp = rtp;
		this.#rtcp = rtcp;
		rtp.on("message", (packet, { port: from }) => {
			if (from === this.#server[0]) this.#unreliably(packet);
			else rtp.send(packet, this.#server[0], "127.0.0.1");
		});
		rtcp.on("message", (packet, { port: from }) => {
			const downwards = from === this.#server[1];
			if (!downwards) this.#note(packet);
			const [, to] = downwards ? this.#client : this.#server;
			rtcp.send(packet, to, "127.0.0.1");
		});
	}

	static async to(serverPort: number): Promise<LossyLink> {
		const tcp = createServer();
		const [rtp, rtcp] = await udpPair();
		tcp.listen(0, "127.0.0.1");
		await once(tcp, "listening");
		const address = tcp.address();
		if (address === null || typeof address === "string")
			throw new Error("a TCP server has a port");
		const link = new LossyLink(tcp, address.port, rtp, rtcp);
		tcp.on("connection", (client) => {
			const server = connect(serverPort, "127.0.0.1");
			for (const [from, to] of [
				[client, server],
				[server, client],
			] as const) {
				from.setEncoding("latin1").on("data", (text: string) => {
					to.write(link.#renamed(text), "latin1");
				});
				from.on("close", () => to.destroy());
				from.on("error", () => to.destroy());
			}
		});
		return link;
	}

	close(): void {
		this.#tcp.close();
		this.#rtp.close();
		this.#rtcp.close();
	}

	/** One message comes in one piece on a loopback interface. */
	#renamed(text: string): string {
		const own = `${this.#rtp.address().port}-${this.#rtcp.address().port}`;
		const ports = (_all: string, name: string, ...two: string[]) => {
			const pair = two.slice(0, 2).map(Number);
			if (name === "client_port") this.#client = pair;
			else this.#server = pair;
			return `${name}=${own}`;
		};
		if (text.startsWith("SETUP "))
			return text.replace(/(client_port)=(\d+)-(\d+)/, ports);
		const back = this.#client.join("-");
		return text
			.replace(/(server_port)=(\d+)-(\d+)/, ports)
			.replace(/client_port=[\d-]+/, `client_port=${back}`);
	}

	#unreliably(packet: Buffer): void {
		const number = ++this.#passed;
		if (number % lostOf === 0) this.lost++;
		else if (number % lateOf === 7) {
			this.late++;
			this.#waiting.push({ packet, after: number + lateBy });
		} else this.#deliver(packet);
		while ((this.#waiting[0]?.after ?? number) < number) {
			const next = this.#waiting.shift();
			if (next) this.#deliver(next.packet);
		}
	}

	#deliver(packet: Buffer): void {
		this.#rtp.send(packet, this.#client[0], "127.0.0.1");
	}

	#note(packet: Buffer): void {
		if (packet.length < 32 || packet.readUInt8(1) !== 201) return;
		if ((packet.readUInt8(0) & 0x1f) === 0) return;
		this.reportedLost = Math.max(this.reportedLost, packet.readIntBE(13, 3));
	}
}

/** Two ports in a row: ffmpeg sends its reports to the one after RTP's, whatever the server names. */
async function udpPair(): Promise<readonly [Socket, Socket]> {
	for (;;) {
		const [rtp, rtcp] = [createSocket("udp4"), createSocket("udp4")];
		try {
			await bound(rtp, 0);
			await bound(rtcp, rtp.address().port + 1);
			return [rtp, rtcp];
		} catch {
			// The neighbour is somebody else's: another pair.
			for (const socket of [rtp, rtcp]) socket.close();
		}
	}
}

async function bound(socket: Socket, port: number): Promise<void> {
	const listening = once(socket, "listening");
	socket.bind(port, "127.0.0.1");
	await listening;
}
