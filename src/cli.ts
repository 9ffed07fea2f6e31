import { type Command, parseCommand } from "./command-line.ts";
import { keepHeapSmall } from "./system/small-heap.ts";
import { outliveReaders } from "./system/standard-streams.ts";

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
  onvifd webcam [OPTIONS] ADDRESS /dev/videoN
                               show a camera in a device of v4l2loopback, as a webcam of this machine
  onvifd --version
  onvifd --help

Without a configuration file it serves a test picture on ports 8080 (ONVIF, HTTP) and 8554 (RTSP).

webcam:
  ADDRESS is rtsp://[USER:PASSWORD@]HOST[:PORT]/PATH, rtsps://..., rtp://ADDRESS:PORT (a multicast group, or the
  address of this host that the packets are sent to) or the path of an SDP file. The variable ONVIFD_PASSWORD holds
  the password of an address that names a user alone.
  --size WIDTHxHEIGHT          of the webcam's pictures; as the camera's at first when left out
  --rate N                     frames a second that programs are told; likewise
  --transport tcp|udp          how an RTSP camera sends; tcp when left out
  --any-certificate            take whatever certificate a rtsps:// camera shows

Exit codes:
  0  stopped as asked; doctor: all is well
  1  could not start or go on: the last line on stderr says why; doctor: something is wrong
  2  wrong usage or configuration
`;

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
	if (command.name === "webcam") {
		const { webcam } = await import("./webcam.ts");
		return webcam(command, exitCodes);
	}
	process.stdout.write(command.name === "version" ? `${version}\n` : help);
	return exitCodes.ok;
}

keepHeapSmall();
outliveReaders(process);
process.exitCode = await main();
