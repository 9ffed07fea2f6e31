import type { Socket } from "node:net";

/**
 * Calls `gone` when the other end has for so long taken nothing of what waits for it, and said nothing either. Only
 * Node's own timeout sees a write that leaves bit by bit: `bytesWritten` and `writableLength` count it when it is begun
 * and when it is done, and over a slow link one may take a minute.
 */
export function onStalled(socket: Socket, ms: number, gone: () => void): void {
	socket.setTimeout(ms);
	socket.on("timeout", () => {
		if (socket.writableLength > 0) gone();
	});
}
