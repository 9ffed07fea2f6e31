import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:net";

const { pid } = process;

/**
 * A loopback address that no other test process takes: a port of it that was free stays free until it is used, is
 * still there for who starts again on it, and what is sent to it reaches nobody else.
 */
export const ownAddress = `127.${64 + (pid >> 16)}.${(pid >> 8) & 255}.${pid & 255}`;

/** A TCP port of `ownAddress` that nothing listens on. */
export async function freePort(): Promise<number> {
	const server = createServer().listen(0, ownAddress);
	await once(server, "listening");
	const address = server.address();
	server.close();
	await once(server, "close");
	if (typeof address !== "object" || !address) throw new Error("no port");
	return address.port;
}

/** Below what kernels give away by themselves. */
const keptPorts = { first: 20_000, last: 32_000 };

/**
 * A TCP port of every address that nothing listens on, and that nobody is given by chance while it is free: for what
 * listens at 127.0.0.1 or at all addresses, and is started there again.
 */
export async function keptPort(): Promise<number> {
	for (;;) {
		const span = keptPorts.last - keptPorts.first;
		const port = keptPorts.first + Math.floor(Math.random() * span);
		const server = createServer().listen(port);
		try {
			await once(server, "listening");
		} catch {
			continue;
		}
		server.close();
		await once(server, "close");
		return port;
	}
}

/** Below what kernels give away by themselves, and ffmpeg, which takes any from 5000 on. */
const udpPorts = { first: 1100, last: 4990, others: [1900, 3702] };
const given = new Set<number>();

/** The first, even one of so many neighbouring UDP ports that nobody has, at `ownAddress` or at all; none twice. */
export async function freeUdpPorts(count: 2 | 4): Promise<number> {
	for (;;) {
		const steps = (udpPorts.last - udpPorts.first) / 4;
		const first = udpPorts.first + 4 * Math.floor(Math.random() * steps);
		if (
			given.has(first) ||
			udpPorts.others.some((one) => one >> 2 === first >> 2)
		)
			continue;
		const opened: Socket[] = [];
		try {
			for (let n = 0; n < count; n++) opened.push(await openUdp(first + n));
			given.add(first);
			return first;
		} catch {
			// Somebody has one of them: others.
		} finally {
			for (const socket of opened) socket.close();
		}
	}
}

/** A UDP socket at a port of `ownAddress`. Rejects when somebody has it. */
export async function openUdp(port: number): Promise<Socket> {
	const socket = createSocket("udp4");
	const listening = once(socket, "listening");
	socket.bind(port, ownAddress);
	try {
		await listening;
	} catch (error) {
		socket.close();
		throw error;
	}
	return socket;
}
