import type { ProgramExit } from "../../system/supervise.ts";

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

/** Trouble with a program that is not there; undefined when it ran. */
export function missingProgram(
	program: string,
	exit: ProgramExit,
): ChainTrouble | undefined {
	if (exit.code !== 127 && !/ENOENT/.test(exit.stderr)) return undefined;
	const missing = /setpriv.*ENOENT/.test(exit.stderr) ? "setpriv" : program;
	return new ChainTrouble(`${missing} is missing: ${sources[missing]}`, true);
}

/** A v4l2compress of after 0.2.0 that got no `-vv`: it opened its camera without the right to map it. */
export function wantsOpenFlags({ stderr }: ProgramExit): boolean {
	return (
		stderr.includes("Permission denied") &&
		stderr.includes("Cannot create V4L2 capture interface")
	);
}

export function compressTrouble(
	exit: ProgramExit,
	camera: string,
	loopback: string,
): ChainTrouble {
	const missing = missingProgram("v4l2compress", exit);
	if (missing) return missing;
	if (/Device or resource busy/.test(exit.stderr))
		return new ChainTrouble(`${camera} is in use by another program`);
	const refused =
		/Cannot set pixelformat to:(\S+)\s+format is:(\S+)/.exec(exit.stderr) ??
		undefined;
	if (refused)
		return new ChainTrouble(
			`${loopback} stays at format ${refused[2]} and takes no ${refused[1]}: close the programs that have it open`,
		);
	return new ChainTrouble(`v4l2compress ended: ${ending(exit)}`);
}

/** v4l2rtspserver ends with exit code 0 whatever is wrong, and says why in its log, if at all. */
export function serverTrouble(exit: ProgramExit, port: number): ChainTrouble {
	return (
		missingProgram("v4l2rtspserver", exit) ??
		new ChainTrouble(
			`v4l2rtspserver ended: ${ending(exit)}; it says no more when its port ${port} is taken or its loopback device gone`,
		)
	);
}

function ending({ code, signal, stderr }: ProgramExit): string {
	const said = stderr
		.split("\n")
		.map((line) => line.trim())
		.filter((line) => line !== "" && !line.startsWith("x264 ["));
	const how = signal ? `by ${signal}` : `with exit code ${code}`;
	return said.length > 0 ? `${said.at(-1)?.slice(0, 200)} (${how})` : how;
}
