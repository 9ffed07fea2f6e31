import { startProgram } from "../../system/supervise.ts";
import { missingProgram } from "./trouble.ts";

const limitMs = 10_000;
const maxOctets = 1 << 20;

/** Runs v4l2-ctl, whose exit code says little; resolves with all that it said, error messages last. */
export async function v4l2Ctl(args: readonly string[]): Promise<string> {
	const program = startProgram({
		name: "v4l2-ctl",
		file: "v4l2-ctl",
		args,
		env: { LC_ALL: "C" },
	});
	let text = "";
	program.stdout.setEncoding("utf8").on("data", (chunk: string) => {
		if (text.length < maxOctets) text += chunk;
	});
	const timer = setTimeout(() => program.kill(), limitMs);
	const exit = await program.exited;
	clearTimeout(timer);
	const missing = missingProgram("v4l2-ctl", exit);
	if (missing) throw missing;
	return text + exit.stderr;
}

/** What `--get-fmt-video` says; undefined while the device has no format. */
export function parseFormat(
	text: string,
): { fourcc: string; width: number; height: number } | undefined {
	const size = /^\s*Width\/Height\s*: (\d+)\/(\d+)$/m.exec(text);
	const fourcc = /^\s*Pixel Format\s*: '([^']{1,4})/m.exec(text)?.[1];
	if (size === null || fourcc === undefined) return undefined;
	return { fourcc, width: Number(size[1]), height: Number(size[2]) };
}

/** The last line of what it said, for a message. */
export function lastWords(text: string): string {
	return text.trim().split("\n").at(-1)?.trim().slice(0, 200) ?? "";
}
