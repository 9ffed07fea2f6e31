import { spawn } from "node:child_process";

export interface Ran {
	readonly code: number | null;
	readonly stdout: Buffer;
	readonly stderr: string;
}

/** Runs a program to its end, and ends it when it takes longer than `limitMs`. */
export function run(
	file: string,
	args: readonly string[],
	limitMs = 60_000,
): Promise<Ran> {
	return new Promise((resolve, reject) => {
		const child = spawn(file, args, { stdio: ["ignore", "pipe", "pipe"] });
		const stdout: Buffer[] = [];
		let stderr = "";
		const timer = setTimeout(() => child.kill("SIGKILL"), limitMs);
		child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
		child.stderr.setEncoding("utf8").on("data", (text: string) => {
			stderr += text;
		});
		child.on("error", reject);
		child.on("close", (code) => {
			clearTimeout(timer);
			resolve({ code, stdout: Buffer.concat(stdout), stderr });
		});
	});
}
