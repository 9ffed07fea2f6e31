import type { Config } from "../config/load.ts";
import type { Clock } from "../system/clock.ts";
import type { HostClock } from "../system/host-clock.ts";
import type { Network } from "../system/network-types.ts";

/** The camera that is looked at, and the host that it lives on. */
export interface Patient {
	readonly config: Config;
	/** As the command line names it; undefined without one. */
	readonly configFile: string | undefined;
	readonly clock: Clock;
	readonly hostClock: HostClock;
	readonly network: Network;
	/** Folders with programs, as in PATH. */
	readonly path: string;
	/** The folder with the WSDL that the service publishes. */
	readonly wsdlFolder: string;
	/** UDP port of WS-Discovery: 3702. */
	readonly discoveryPort: number;
}

/** The line that starts the service. */
export function startLine({ configFile }: Patient): string {
	return configFile === undefined
		? "onvifd run"
		: `onvifd run --config ${configFile}`;
}
