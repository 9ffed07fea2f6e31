/** `process`, as far as it matters here. */
interface Streams {
	readonly stdout: NodeJS.WritableStream;
	readonly stderr: NodeJS.WritableStream;
	once(event: "exit", listener: (code: number) => void): unknown;
	exitCode?: number | string | null | undefined;
}

/**
 * A full disk below a log, or a reader that went, costs lines and not the service: an error that nobody listens for
 * ends the process. Later lines are tried again. What stdout was meant to hold and does not is told on stderr, and
 * success becomes exit code 1; a reader that went (`| head`) had what it wanted.
 */
export function outliveReaders(streams: Streams): void {
	const { stdout, stderr } = streams;
	let lost = false;
	// Nobody is left to tell.
	stderr.on("error", () => {});
	stdout.on("error", (error: NodeJS.ErrnoException) => {
		if (lost || error.code === "EPIPE") return;
		lost = true;
		stderr.write(
			`onvifd: what belongs on stdout cannot be written there: ${error.code ?? error.message}\n`,
		);
	});
	streams.once("exit", (code) => {
		if (lost && code === 0) streams.exitCode = 1;
	});
}
