import { serversOf } from "../config/ports.ts";
import { checkClock } from "./clock.ts";
import { checkDiscoveryPorts } from "./discovery-ports.ts";
import { checkElements } from "./elements.ts";
import { checkEncoders } from "./encoders.ts";
import { examine, type Finding, type Step } from "./finding.ts";
import { checkAddresses, checkMulticast } from "./network.ts";
import type { Patient } from "./patient.ts";
import { checkPort } from "./ports.ts";
import { checkPrograms } from "./programs.ts";
import { findService, type Service } from "./service.ts";
import { checkSource } from "./source.ts";
import { checkStateFolder, checkUserFile } from "./state.ts";
import { askService } from "./stranger.ts";

const quickMs = 10_000;
/** gst-inspect-1.0 looks through every plug-in where its registry is old. */
const registryMs = 30_000;

type Findings = readonly Finding[];

/**
 * Every check, all at once as far as they can be, in the order in which people read them: the host, the camera's source,
 * what makes video of it, the service. The service is looked for when the quick checks are done: on a small board
 * reading the WSDL keeps the processor for seconds, and they would not end in their time; likewise it is asked more
 * when its ports are looked at. What plays from it waits for our own encoders to be done.
 */
export function examination(patient: Patient): readonly Step[] {
	const { config } = patient;
	const { tools, host } = quickChecks(patient);
	const elements = one("elements", registryMs, () => checkElements(patient));
	// Both would read every plug-in, where GStreamer has not yet done so.
	const encoders = elements.then(() => checkEncoders(patient));
	const service = Promise.all([...tools, ...host]).then(() =>
		findService(patient),
	);
	const ports = serversOf(config).map((server) =>
		service.then((found) =>
			one(`port ${server.key}`, quickMs, () => checkPort(server, found)),
		),
	);
	const asked = Promise.all(ports).then(() => service);
	const chains = chainsOf(patient, service);
	const trials = Promise.all([encoders, chains]);
	return [
		...[...tools, ...host].map((findings) => ({ about: "host", findings })),
		...ports.map((findings) => ({ about: "ports and service", findings })),
		{ about: "source", findings: checkSource(config, service) },
		{ about: "GStreamer", findings: elements },
		{ about: "encoders", findings: encoders },
		{ about: "v4l2 chains", findings: chains },
		...askService(patient, asked, trials),
	];
}

/** Who has no chain need not load what looks at them. */
async function chainsOf(
	patient: Patient,
	service: Promise<Service>,
): Promise<Findings> {
	if (!patient.config.profiles.some(({ chain }) => chain)) return [];
	const { checkChains } = await import("./chains.ts");
	return checkChains(patient, service);
}

function quickChecks(patient: Patient) {
	const { config, configFile } = patient;
	return {
		tools: [
			one("configuration", quickMs, async () =>
				config.warnings.length > 0
					? {
							detail: config.warnings.join("; "),
							advice: "src/config/default.yaml explains every key",
						}
					: (configFile ?? "the defaults, without a file"),
			),
			one("programs", quickMs, async () => checkPrograms(patient)),
		],
		host: [
			one("clock", quickMs, async () => checkClock(patient)),
			one("addresses", quickMs, async () => checkAddresses(patient)),
			one("multicast", quickMs, () => checkMulticast(patient)),
			one("discovery ports", quickMs, () => checkDiscoveryPorts(patient)),
			one("state folder", quickMs, () => checkStateFolder(patient)),
			one("users file", quickMs, () => checkUserFile(patient)),
		],
	};
}

const one = (...check: Parameters<typeof examine>) =>
	examine(...check).then((finding): Findings => [finding]);
