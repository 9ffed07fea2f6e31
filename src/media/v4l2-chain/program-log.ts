import { type ProgramExit, startProgram } from "../../system/supervise.ts";

/** How v4l2compress or v4l2rtspserver ended. */
export interface LoggedExit extends ProgramExit {
	/** The end of what it logged. It goes to stdout, and most of it only when the program ends by itself. */
	readonly log: string;
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
	cwd?: string,
): LoggedProgram {
	const program = startProgram({
		name,
		file,
		args,
		stopSignal: "SIGTERM",
		...(cwd ? { cwd } : {}),
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
