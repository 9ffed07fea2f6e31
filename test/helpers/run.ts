import { spawn } from "node:child_process";
import { patienceMs } from "./patience.ts";

export interface Ran {
	readonly code: number | null;
	readonly stdout: Buffer;
	readonly stderr: string;
}

/** For curl: as clients do, asks again while there is no picture yet (503). */
export const askAgain: readonly string[] = [
	...["--retry", "60", "--retry-delay", "1"],
	...["--retry-max-time", String(patienceMs / 1000)],
];

/** Programs that say so when they are told that there is no picture yet: ffmpeg, ffprobe, mpv, rtspsrc, curl. */
export const notYet = /\b503\b|5XX Server Error|Service Unavailable/;

/** Said by gst-launch, which ends then; now and then it hangs instead. */
const gstError = /^ERROR: from element /m;
const hangMs = 4000;

/** Runs a player; as people do, again while there is no picture yet. */
export async function runPlayer(
	file: string,
	args: readonly string[],
	limitMs?: number,
): Promise<Ran> {
	const end = performance.now() + patienceMs;
	for (;;) {
		const ran = await run(file, args, limitMs);
		const said = ran.stderr + ran.stdout.toString("latin1", 0, 20_000);
		if (ran.code === 0 || !notYet.test(said) || performance.now() > end)
			return ran;
	}
}

/** Runs a program to its end, and ends it when it takes longer than `limitMs`. */
export function run(
	file: string,
	args: readonly string[],
	limitMs = patienceMs,
): Promise<Ran> {
	return new Promise((resolve, reject) => {
		const child = spawn(file, args, { stdio: ["ignore", "pipe", "pipe"] });
		const stdout: Buffer[] = [];
		let stderr = "";
		const kill = () => child.kill("SIGKILL");
		const timer = setTimeout(kill, limitMs);
		let hang: NodeJS.Timeout | undefined;
		child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
		child.stderr.setEncoding("utf8").on("data", (text: string) => {
			stderr += text;
			if (gstError.test(stderr)) hang ??= setTimeout(kill, hangMs);
		});
		child.on("error", reject);
		child.on("close", (code) => {
			clearTimeout(timer);
			clearTimeout(hang);
			resolve({ code, stdout: Buffer.concat(stdout), stderr });
		});
	});
}
