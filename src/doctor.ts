import { fileURLToPath } from "node:url";
import { ConfigError, loadConfig } from "./config/load.ts";
import { report } from "./doctor/report.ts";
import { examineCameras } from "./doctor-cameras.ts";
import { systemClock } from "./system/clock.ts";
import { hostClock } from "./system/host-clock.ts";
import { createNetwork } from "./system/network.ts";

interface ExitCodes {
	readonly ok: number;
	readonly failed: number;
	readonly usage: number;
}

export interface DoctorOptions {
	readonly configFile: string | undefined;
	/** An array of findings on stdout, for machines. */
	readonly json: boolean;
}

/** Beside this file's folder, in the sources and in dist/ alike. */
const wsdlFolder = fileURLToPath(new URL("../wsdl", import.meta.url));
const discoveryPort = 3702;

/** `onvifd doctor`: looks at the host and at the running service, and says what is wrong; answers the exit code. */
export async function doctor(
	{ configFile, json }: DoctorOptions,
	codes: ExitCodes,
): Promise<number> {
	try {
		const well = await report(
			examineCameras({
				config: loadConfig(configFile),
				configFile,
				clock: systemClock,
				hostClock: hostClock(systemClock),
				network: createNetwork(),
				path: process.env.PATH ?? "",
				wsdlFolder,
				discoveryPort,
			}),
			{ to: process.stdout, json, live: process.stdout.isTTY === true },
		);
		return well ? codes.ok : codes.failed;
	} catch (error) {
		if (!(error instanceof ConfigError)) throw error;
		process.stderr.write(`onvifd: ${error.message}\n`);
		return codes.usage;
	}
}
