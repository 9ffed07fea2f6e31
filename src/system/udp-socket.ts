import { type BindOptions, createSocket, type Socket } from "node:dgram";
import { once } from "node:events";

/** A bound socket that sends to numeric addresses and keeps no process alive. Rejects with the system's error. */
export async function openUdpSocket(
	six: boolean,
	bind: BindOptions,
): Promise<Socket> {
	const socket = createSocket({
		type: six ? "udp6" : "udp4",
		ipv6Only: six,
		// Addresses are numeric here: no look-up, and no tick of delay for each packet.
		lookup: (host, _options, found) => found(null, host, six ? 6 : 4),
	});
	try {
		// The look-up answers at once, so that `listening` may come before bind returns.
		const listening = once(socket, "listening");
		socket.bind(bind);
		await listening;
	} catch (error) {
		socket.close();
		throw error;
	}
	enlarge(socket);
	socket.unref();
	return socket;
}

function enlarge(socket: Socket): void {
	try {
		// A key frame leaves in one go; the kernel gives less where it is told to.
		socket.setSendBufferSize(512 * 1024);
	} catch {
		// Its default does.
	}
}
