import { startProgram } from "./supervise.ts";

const limitMs = 5000;
const maxOctets = 1 << 20;

/** What v4l2-ctl said: what it was asked for, and its errors. */
export interface V4l2CtlAnswer {
	readonly stdout: string;
	/** Its last words on stderr; undefined when it had no complaint. */
	readonly complaint: string | undefined;
}

/** Runs v4l2-ctl, which never takes longer than five seconds: a camera behind a dying USB hub may not answer at all. */
export async function runV4l2Ctl(
	args: readonly string[],
	file = "v4l2-ctl",
): Promise<V4l2CtlAnswer> {
	const program = startProgram({
		name: "v4l2-ctl",
		file,
		args,
		env: { LC_ALL: "C" },
	});
	let stdout = "";
	program.stdout.setEncoding("utf8").on("data", (text: string) => {
		if (stdout.length < maxOctets) stdout += text;
	});
	const timer = setTimeout(() => program.kill(), limitMs);
	const { code, signal, stderr } = await program.exited;
	clearTimeout(timer);
	return { stdout, complaint: complaintOf(code, signal, stderr) };
}

function complaintOf(
	code: number | undefined,
	signal: string | undefined,
	stderr: string,
): string | undefined {
	if (code === 127)
		return "v4l2-ctl is not installed: run `apt-get install v4l-utils` as root";
	if (signal === "SIGKILL") return `no answer within ${limitMs / 1000} s`;
	const last = stderr.trim().split("\n").at(-1)?.trim().slice(0, 200);
	// Its exit status alone says little, but an error without a word is one.
	return last || (code === 0 ? undefined : `exit status ${code}`);
}
