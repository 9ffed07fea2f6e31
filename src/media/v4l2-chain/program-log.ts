import { type ProgramExit, startProgram } from "../../system/supervise.ts";

/** How v4l2compress or v4l2rtspserver ended. */
export interface LoggedExit extends ProgramExit {
	/** The end of what it logged. It goes to stdout, and most of it only when the program ends by itself. */
	readonly log: string;
}

export interface LoggedOptions {
	/** The folder that it runs in. */
	readonly cwd?: string;
	/** Hears its stderr as it comes. */
	readonly onStderr?: (text: string) => void;
}

export interface LoggedProgram {
	/** Never rejects. */
	readonly exited: Promise<LoggedExit>;
	stop(): Promise<unknown>;
}

const logKept = 4096;

/** Starts one of the chain's programs. They are ended by SIGTERM: SIGINT has crashed v4l2rtspserver. */
export function startLogged(
	name: string,
	file: string,
	args: readonly string[],
	options: LoggedOptions = {},
): LoggedProgram {
	const program = startProgram({
		name,
		file,
		args,
		stopSignal: "SIGTERM",
		...options,
	});
	let log = "";
	program.stdout.setEncoding("utf8").on("data", (text: string) => {
		log = (log + text).slice(-logKept);
	});
	return {
		exited: program.exited.then((exit) => ({ ...exit, log })),
		stop: () => program.stop(),
	};
}

/**
 * What went wrong first: what follows follows from it. Versions write `[ERROR] file:83\n\tmessage`
 * or `[ERROR]  (file:83)   \tmessage`.
 */
export function firstError(log: string): string | undefined {
	const lines = [...log.matchAll(/^\[(ERROR|WARN)\][^\t\n]*\n?\t(.*)$/gm)];
	const first = lines.find(([, level]) => level === "ERROR") ?? lines[0];
	return first?.[2]?.trim().slice(0, 200);
}

/** One may fail by chance; without its camera it fails a hundred times a second. */
const mostFailedReads = 10;

/**
 * Reads v4l2compress' stderr. When its camera is gone it never ends: it encodes what is in its memory, as fast as
 * it can, and v4l2rtspserver sends that; only these lines tell.
 */
export function failedReads(
	gone: (said: string) => void,
): (text: string) => void {
	let count = 0;
	return (text) => {
		const lines = text.match(/^VIDIOC_DQBUF: .*$/gm) ?? [];
		const before = count;
		count += lines.length;
		if (before < mostFailedReads && count >= mostFailedReads)
			gone(lines.at(-1)?.slice(0, 100) ?? "");
	};
}
