import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { ChainTrouble } from "./trouble.ts";

const lookEveryMs = 50;
const limitMs = 6000;

/** Resolves when something listens at the port of 127.0.0.1: v4l2rtspserver opens it some time after its start, and says nothing. */
export async function reachable(
	port: number,
	signal: AbortSignal,
): Promise<void> {
	for (let look = 0; look < limitMs / lookEveryMs; look++) {
		signal.throwIfAborted();
		if (await connects(port)) return;
		await sleep(lookEveryMs, undefined, { signal });
	}
	throw new ChainTrouble("v4l2rtspserver opens no port");
}

function connects(port: number): Promise<boolean> {
	return new Promise((resolve) => {
		const socket = connect({ host: "127.0.0.1", port });
		socket.once("error", () => resolve(false));
		socket.once("connect", () => {
			socket.destroy();
			resolve(true);
		});
	});
}
