import { parseArgs } from "node:util";
import { keepHeapSmall } from "./system/small-heap.ts";

/** Exit codes: 0 stopped as asked or all well, 1 could not start or go on or something is wrong, 2 wrong usage or configuration. */
const exitCodes = { ok: 0, failed: 1, usage: 2 } as const;

declare const ONVIFD_VERSION: string | undefined;
/** Put in by the build. */
const version =
	typeof ONVIFD_VERSION === "string" ? ONVIFD_VERSION : "development";

const help = `onvifd ${version}: turns any Linux camera into an ONVIF network camera

Usage:
  onvifd run [--config FILE]   serve the camera until SIGTERM or SIGINT
  onvifd doctor [--config FILE] [--json]
                               look at this machine and at the running service, say what is wrong
                               and what mends it; --json: a list of name, ok, detail, remedy
  onvifd --version
  onvifd --help

Without a configuration file it serves a test picture on ports 8080 (ONVIF, HTTP) and 8554 (RTSP).

Exit codes:
  0  stopped as asked; doctor: all is well
  1  could not start or go on: the last line on stderr says why; doctor: something is wrong
  2  wrong usage or configuration
`;

interface Command {
	readonly name: "run" | "doctor" | "version" | "help";
	readonly config?: string | undefined;
	readonly json?: boolean | undefined;
}

function parseCommand(args: readonly string[]): Command {
	const { values, positionals } = parseArgs({
		args: [...args],
		allowPositionals: true,
		options: {
			config: { type: "string", short: "c" },
			json: { type: "boolean" },
			version: { type: "boolean" },
			help: { type: "boolean", short: "h" },
		},
	});
	if (values.help) return { name: "help" };
	if (values.version) return { name: "version" };
	const [name, ...rest] = positionals;
	if (name !== "run" && name !== "doctor")
		throw new Error(
			name === undefined
				? "a command is missing"
				: `there is no command ${JSON.stringify(name)}`,
		);
	if (rest.length > 0)
		throw new Error(`${name} takes no argument ${JSON.stringify(rest[0])}`);
	if (name === "run" && values.json)
		throw new Error("--json is doctor's alone");
	return { name, config: values.config, json: values.json };
}

async function main(): Promise<number> {
	let command: Command;
	try {
		command = parseCommand(process.argv.slice(2));
	} catch (error) {
		process.stderr.write(
			`onvifd: ${error instanceof Error ? error.message : error}; see onvifd --help\n`,
		);
		return exitCodes.usage;
	}
	if (command.name === "run") {
		const { run } = await import("./run.ts");
		return run(command.config, version, exitCodes);
	}
	if (command.name === "doctor") {
		const { doctor } = await import("./doctor.ts");
		const { config: configFile, json = false } = command;
		return doctor({ configFile, json }, exitCodes);
	}
	process.stdout.write(command.name === "version" ? `${version}\n` : help);
	return exitCodes.ok;
}

keepHeapSmall();
process.exitCode = await main();
