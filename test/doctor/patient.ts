import { resolve } from "node:path";
import { loadConfig } from "../../src/config/load.ts";
import type { Patient } from "../../src/doctor/patient.ts";
import { systemClock } from "../../src/system/clock.ts";
import { hostClock } from "../../src/system/host-clock.ts";
import { createNetwork } from "../../src/system/network.ts";

/** What doctor looks at, with this file's configuration, and what a test makes other. */
export function patientOf(
	file: string | undefined,
	other: Partial<Patient> = {},
): Patient {
	return {
		config: loadConfig(file),
		configFile: file,
		clock: systemClock,
		hostClock: hostClock(systemClock),
		network: createNetwork(),
		path: process.env.PATH ?? "",
		wsdlFolder: resolve(import.meta.dirname, "../../wsdl"),
		discoveryPort: 3702,
		...other,
	};
}
