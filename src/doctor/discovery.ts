import type { Link } from "../discovery/links.ts";
import { type Health, reasonOf, Trouble } from "./finding.ts";
import { boundAddress, discoveryLinks } from "./network.ts";
import type { Running } from "./onvif.ts";
import type { Patient } from "./patient.ts";
import { probe } from "./probe.ts";
import type { SoapClient } from "./soap-client.ts";

const group = "239.255.255.250";
/** A device may take half a second to answer (WS-Discovery 1.0, 4.2), and on a busy machine several more. */
const limitMs = 6000;

/**
 * Looks for the running service as a client does, by a probe to everybody on each network. One to its address alone tells
 * a firewall from a service that is deaf; where several cameras share an address, it reaches but one of them.
 */
export async function checkDiscovery(
	patient: Patient,
	service: Running,
	device: SoapClient | undefined,
): Promise<Health> {
	const { wsDiscovery, interfaces } = patient.config.discovery;
	if (!wsDiscovery)
		throw new Trouble(
			"WS-Discovery is off: clients find the camera by its address alone",
			"set discovery.wsDiscovery to true in the configuration",
		);
	const links = discoveryLinks(patient);
	const bound = boundAddress(patient) !== undefined || interfaces.length > 0;
	const near = bound ? links[0]?.address : "127.0.0.1";
	const ask = (from: string, to: string) =>
		probe({
			from,
			to,
			port: patient.discoveryPort,
			endpointReference: service.endpointReference,
			limitMs,
		}).catch((error: unknown) => reasonOf(error));
	const [alone, ...everybody] = await Promise.all([
		near === undefined ? undefined : ask(near, near),
		...links.map((link) => ask(link.address, group)),
	]);
	const deaf = links.flatMap((link, index) => {
		const heard = everybody[index];
		return Array.isArray(heard) ? [] : [{ link, error: heard }];
	});
	if (deaf.length > 0 || links.length === 0)
		throw Array.isArray(alone)
			? deafOn(deaf)
			: await unanswered(patient, deaf[0]?.error ?? alone, device);
	const xaddrs = everybody.flatMap((heard) =>
		Array.isArray(heard) ? heard : [],
	);
	return `found at ${[...new Set(xaddrs)].join(", ")}`;
}

async function unanswered(
	patient: Patient,
	error: unknown,
	device: SoapClient | undefined,
): Promise<Trouble> {
	const mode = await device
		?.call("GetDiscoveryMode")
		.then(({ DiscoveryMode }) => DiscoveryMode)
		.catch(() => undefined);
	if (mode === "NonDiscoverable")
		return new Trouble(
			"the camera was told to hide: its discovery mode is NonDiscoverable",
			"a client's SetDiscoveryMode, or discovery.mode in the configuration, makes it Discoverable",
		);
	return new Trouble(
		`a probe (UDP port ${patient.discoveryPort}) gets no answer${typeof error === "string" ? ` (${error})` : ""}`,
		"start the service anew, if discovery was off when it started; its log says which ports it cannot use",
	);
}

function deafOn(
	deaf: readonly { readonly link: Link; readonly error: unknown }[],
): Trouble {
	const where = deaf.map(
		({ link, error }) =>
			`${link.interfaceName} ${link.address}${typeof error === "string" ? ` (${error})` : ""}`,
	);
	return new Trouble(
		`a probe to everybody (${group}) gets no answer on ${where.join(", ")}, one to the camera alone does`,
		"let UDP port 3702 through the firewall, for example: ufw allow 3702/udp",
	);
}
