import type { App } from "./app.ts";
import { UserFileError } from "./auth/user-file.ts";
import { ConfigError, loadConfig } from "./config/load.ts";
import { startUpReport } from "./start-up-report.ts";
import { CannotStart, stateTrouble } from "./system/cannot-start.ts";
import { createLog, type Log } from "./system/log.ts";

export interface ExitCodes {
	readonly ok: number;
	readonly failed: number;
	readonly usage: number;
}

/** Longer than this no stop may take, whatever hangs. */
const stopLimitMs = 4500;

/** Why a running camera ends: the host wants it to, or a client asked for SystemReboot. */
type Ending = "stop" | "restart";

/** `onvifd run`: serves the camera until SIGTERM or SIGINT; answers the exit code. */
export async function run(
	configFile: string | undefined,
	version: string,
	codes: ExitCodes,
): Promise<number> {
	let log: Log | undefined;
	try {
		const config = loadConfig(configFile);
		log = createLog(process.stderr, { level: config.log.level });
		for (const warning of config.warnings) log.warn(warning);
		const { startApp } = await import("./app.ts");
		const signals = new Signals();
		let ending: Ending;
		do {
			const end = signals.next();
			const app = await startApp({
				config,
				version,
				log,
				restart: () => signals.end("restart"),
			}).catch((error: unknown) => {
				throw stateTrouble(config.stateDir, error);
			});
			process.stdout.write(startUpReport(app, config, version));
			ending = await end;
			log.info(
				ending === "stop"
					? "stopping"
					: "starting anew: a client asked for a reboot",
			);
			await stopInTime(app, log);
		} while (ending === "restart");
		return codes.ok;
	} catch (error) {
		process.stderr.write(
			`onvifd: ${error instanceof Error ? error.message : error}\n`,
		);
		if (error instanceof ConfigError) return codes.usage;
		if (!(error instanceof CannotStart || error instanceof UserFileError))
			log?.error("unexpected", {
				stack: error instanceof Error ? error.stack : undefined,
			});
		return codes.failed;
	}
}

/** `npm start` hands Ctrl-C on to us, who had it from the terminal already: within this time it is one wish. */
const sameWishMs = 500;

/** SIGTERM and SIGINT, from the first moment on; a second one ends the process at once. */
class Signals {
	#stopped = false;
	#since = 0;
	#end: (ending: Ending) => void = () => {};

	constructor() {
		for (const signal of ["SIGTERM", "SIGINT"] as const)
			process.on(signal, () => {
				if (!this.#stopped) {
					this.#stopped = true;
					this.#since = performance.now();
					this.end("stop");
				} else if (performance.now() - this.#since > sameWishMs)
					process.exit(1);
			});
	}

	next(): Promise<Ending> {
		if (this.#stopped) return Promise.resolve("stop");
		return new Promise((resolve) => {
			this.#end = resolve;
		});
	}

	end(ending: Ending): void {
		this.#end(ending);
	}
}

async function stopInTime(app: App, log: Log): Promise<void> {
	const limit = setTimeout(() => {
		log.error("a part does not stop; ending without it");
		process.exit(1);
	}, stopLimitMs);
	await app.stop();
	clearTimeout(limit);
}
