import type { Log } from "./log.ts";
import { type ProgramExit, startProgram } from "./supervise.ts";

export interface RebootOptions {
	/** Says goodbye to the network; a failure of it stops nothing. */
	readonly farewell: () => Promise<void>;
	readonly log: Log;
	/** Time for the answer to reach the client. */
	readonly delayMs?: number;
	/** Runs a program to its end; tests put another in its place. */
	readonly run?: (
		file: string,
		args: readonly string[],
	) => Promise<ProgramExit>;
}

/** What SystemReboot calls when the owner allows it: answers at once with words for the client, and then reboots the host. */
export function hostReboot(options: RebootOptions): () => Promise<string> {
	const { delayMs = 2000 } = options;
	const message = `Rebooting in ${delayMs / 1000} seconds`;
	let pending = false;
	return async () => {
		if (pending) return message;
		pending = true;
		setTimeout(() => {
			reboot(options).finally(() => {
				pending = false;
			});
		}, delayMs).unref();
		return message;
	};
}

async function reboot({
	farewell,
	log,
	run = runProgram,
}: RebootOptions): Promise<void> {
	await farewell().catch((error: unknown) => {
		log.warn("no farewell before the reboot", { reason: String(error) });
	});
	for (const [file, ...args] of [
		["systemctl", "reboot"],
		["reboot"],
	] as const) {
		const exit = await run(file, args);
		if (exit.code === 0) return;
		log.error("the host did not reboot", {
			program: file,
			code: exit.code,
			reason: exit.stderr.trim(),
		});
	}
}

function runProgram(
	file: string,
	args: readonly string[],
): Promise<ProgramExit> {
	return startProgram({ name: "reboot", file, args }).exited;
}
