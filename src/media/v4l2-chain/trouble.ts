import type { ProgramExit } from "../../system/supervise.ts";
import { firstError, type LoggedExit } from "./program-log.ts";

/** Why a chain gives no picture, in words that say what to do. */
export class ChainTrouble extends Error {
	override readonly name = "ChainTrouble";
	/** The same would fail the same way: wait for other settings. */
	readonly permanent: boolean;

	constructor(message: string, permanent = false) {
		super(message);
		this.permanent = permanent;
	}
}

const sources: Readonly<Record<string, string>> = {
	v4l2compress: "build it from https://github.com/mpromonet/v4l2tools",
	v4l2rtspserver:
		"build it from https://github.com/mpromonet/v4l2rtspserver, or install its package",
	"v4l2-ctl": "apt-get install v4l-utils",
	setpriv: "apt-get install util-linux",
};

/** Trouble with a program that is not there, or not whole; undefined when it ran. */
export function missingProgram(
	program: string,
	exit: ProgramExit,
): ChainTrouble | undefined {
	const library = /error while loading shared libraries: (.*)/.exec(
		exit.stderr,
	)?.[1];
	if (library !== undefined)
		return new ChainTrouble(`${program} cannot start: ${library}`, true);
	if (exit.code !== 127 && !/ENOENT/.test(exit.stderr)) return undefined;
	const missing = /setpriv.*ENOENT/.test(exit.stderr) ? "setpriv" : program;
	return new ChainTrouble(`${missing} is missing: ${sources[missing]}`, true);
}

/** A v4l2compress of after 0.2.0 that got no `-vv`: it opened its camera without the right to map it. */
export function wantsOpenFlags({ stderr, log }: LoggedExit): boolean {
	return (
		stderr.includes("Permission denied") &&
		log.includes("Cannot create V4L2 capture interface")
	);
}

export function compressTrouble(
	exit: LoggedExit,
	camera: string,
	loopback: string,
): ChainTrouble {
	const missing = missingProgram("v4l2compress", exit);
	if (missing) return missing;
	if (/Device or resource busy/.test(exit.log))
		return new ChainTrouble(`${camera} is in use by another program`);
	const refused = /Cannot set pixelformat to:(\S+)\s+format is:(\S+)/.exec(
		exit.log,
	);
	if (refused)
		return new ChainTrouble(
			`${loopback} stays at format ${refused[2]} and takes no ${refused[1]}: close the programs that have it open`,
		);
	const said = firstError(exit.log) ?? lastLine(exit.stderr);
	return new ChainTrouble(`v4l2compress ended: ${ending(exit, said)}`);
}

/** v4l2rtspserver ends with exit code 0 whatever is wrong. Its stderr is never told: live555 writes clients' logins there. */
export function serverTrouble(exit: LoggedExit, port: number): ChainTrouble {
	return (
		missingProgram("v4l2rtspserver", exit) ??
		new ChainTrouble(
			`v4l2rtspserver ended: ${ending(exit, firstError(exit.log))}; its port is ${port}`,
		)
	);
}

function lastLine(stderr: string): string | undefined {
	return stderr
		.split("\n")
		.map((line) => line.trim())
		.findLast((line) => line !== "" && !line.startsWith("x264 ["))
		?.slice(0, 200);
}

function ending({ code, signal }: ProgramExit, said: string | undefined) {
	const how = signal ? `by ${signal}` : `with exit code ${code}`;
	return said ? `${said} (${how})` : how;
}
