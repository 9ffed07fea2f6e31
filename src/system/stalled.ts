import type { Socket } from "node:net";

/** Of TLS even that sees whole writes alone, which are up to four seconds of video. */
const tlsFactor = 3;

/**
 * Calls `gone` when the other end has for so long, or twice as long, taken nothing of what waits for it and said
 * nothing. Only Node's own timeout sees a write that leaves bit by bit: `bytesWritten` and `writableLength` count it
 * when it is begun and when it is done, and over a slow link one may take a minute.
 */
export function onStalled(socket: Socket, ms: number, gone: () => void): void {
	socket.setTimeout("encrypted" in socket ? ms * tlsFactor : ms);
	socket.on("timeout", () => {
		if (socket.writableLength > 0) gone();
	});
}
