import type { Readable, Writable } from "node:stream";
import { execa } from "execa";

/** A child process to be: a program and its arguments, never a shell line, never a secret among them. */
export interface ProgramSpec {
	/** What logs call it: `capture`, `encoder main`. */
	readonly name: string;
	readonly file: string;
	readonly args: readonly string[];
	readonly env?: Readonly<Record<string, string>>;
	/** The child reads from `Program.stdin`. */
	readonly writable?: boolean;
	/** What asks the child to stop, and reaches it when we die; SIGINT when not told. */
	readonly stopSignal?: "SIGINT" | "SIGTERM";
	/** Hears what it writes to stderr, as it comes. */
	readonly onStderr?: (text: string) => void;
	/** The folder that it runs in; ours when not told. */
	readonly cwd?: string;
}

/** How a child ended. `stderr` holds its last lines, bounded. */
export interface ProgramExit {
	readonly code: number | undefined;
	readonly signal: string | undefined;
	readonly stderr: string;
	/** We asked it to stop, so that whatever it said is no error. */
	readonly asked: boolean;
}

export interface Program {
	readonly name: string;
	readonly pid: number | undefined;
	readonly stdout: Readable;
	/** Present for a `writable` program; errors of a dying child are swallowed by design: `exited` tells. */
	readonly stdin: Writable | undefined;
	/** Never rejects. */
	readonly exited: Promise<ProgramExit>;
	/** Its stop signal, then SIGKILL after `graceMs`; resolves when the child is gone. Idempotent. */
	stop(graceMs?: number): Promise<ProgramExit>;
	/** SIGKILL at once: for a child that hangs. Its end counts as its own, not as asked. */
	kill(): void;
}

const stderrKept = 4096;
/**
 * A busy board needs seconds even to hear that it shall stop, and a GStreamer child that is killed may keep a picture of
 * the capture's shared memory for good (shmsink 1.22): after ten of them the capture stands still.
 */
const defaultGraceMs = 5000;

/** Starts a child that dies with us, even if we are killed (`setpriv --pdeathsig`). A program that is not there shows as exit code 127. */
export function startProgram(spec: ProgramSpec): Program {
	const { stopSignal = "SIGINT" } = spec;
	let asked = false;
	let stderr = "";
	const child = execa(
		"setpriv",
		["--pdeathsig", stopSignal.slice(3), "--", spec.file, ...spec.args],
		{
			stdin: spec.writable ? "pipe" : "ignore",
			stdout: "pipe",
			stderr: "pipe",
			buffer: false,
			reject: false,
			env: { ...spec.env },
			...(spec.cwd ? { cwd: spec.cwd } : {}),
			forceKillAfterDelay: false,
			// Ctrl-C in a terminal goes to its whole process group; our children are ours to stop.
			detached: true,
		},
	);
	child.stderr.setEncoding("utf8").on("data", (text: string) => {
		stderr = (stderr + text).slice(-stderrKept);
		spec.onStderr?.(text);
	});
	child.stdin?.on("error", () => {});
	child.stdout.on("error", () => {});
	const exited = child.then((result) => ({
		code: result.exitCode,
		signal: result.signal,
		stderr:
			stderr || (result.exitCode === undefined ? (result.message ?? "") : ""),
		asked,
	}));
	return {
		name: spec.name,
		pid: child.pid,
		stdout: child.stdout,
		stdin: child.stdin ?? undefined,
		exited,
		async stop(graceMs = defaultGraceMs) {
			asked = true;
			child.kill(stopSignal);
			const timer = setTimeout(() => child.kill("SIGKILL"), graceMs);
			try {
				return await exited;
			} finally {
				clearTimeout(timer);
			}
		},
		kill() {
			child.kill("SIGKILL");
		},
	};
}
