import { setTimeout as sleep } from "node:timers/promises";
import type { Service } from "bonjour-service";
import type { Link } from "../discovery/links.ts";
import { mdnsHost } from "../discovery/mdns-host.ts";
import { type Health, reasonOf, Trouble } from "./finding.ts";
import { discoveryLinks } from "./network.ts";
import type { Running } from "./onvif.ts";
import type { Patient } from "./patient.ts";

/** An announcement takes two seconds from the start of the service; a datagram may be lost. */
const asks = 8;
const askEveryMs = 1000;
const lookEveryMs = 50;

/** Asks each network for RTSP and HTTP services by DNS-SD (RFC 6763), as a browser of cameras does; ours must be among the answers. */
export async function checkMdns(
	patient: Patient,
	{ endpointReference }: Running,
): Promise<Health> {
	const links = discoveryLinks(patient).filter(({ announces }) => announces);
	const host = `${mdnsHost(endpointReference)}.local`;
	const heard = await Promise.all(
		links.map(async (link) => ({
			link,
			...(await browse(link, host, patient)),
		})),
	);
	const deaf = heard.filter(({ name }) => name === undefined);
	if (deaf.length > 0)
		throw new Trouble(
			`asked for ${host} by mDNS, nobody answers on ${deaf.map(({ link, error }) => `${link.interfaceName} ${link.address}${error === undefined ? "" : ` (${error})`}`).join(", ")}`,
			"let UDP port 5353 through the firewall, for example: ufw allow 5353/udp; or start the service anew, if mDNS was off when it started",
		);
	if (heard.length === 0)
		return "announced nowhere: the service is bound to an address of no network";
	const names = [...new Set(heard.map(({ name }) => `"${name}"`))];
	return `${names.join(", ")} is found as ${host}, RTSP port ${patient.config.rtsp.port}, HTTP port ${patient.config.http.port}`;
}

interface Heard {
	/** As clients show it; undefined when it was not found. */
	readonly name?: string | undefined;
	readonly error?: string;
}

async function browse(
	{ address }: Link,
	host: string,
	{ config }: Patient,
): Promise<Heard> {
	const { default: Bonjour } = await import("bonjour-service");
	let error: unknown;
	const options = { interface: address, bind: "0.0.0.0", disableIPv6: true };
	const bonjour = new Bonjour(options, (found: unknown) => {
		error = found;
	});
	const browsers = (["rtsp", "http"] as const).map((type) => ({
		browser: bonjour.find({ type }),
		port: config[type].port,
	}));
	try {
		for (let look = 0; look < (asks * askEveryMs) / lookEveryMs; look++) {
			if (error !== undefined) return { error: reasonOf(error) };
			if (look % (askEveryMs / lookEveryMs) === 0)
				for (const { browser } of browsers) browser.update();
			const [rtsp, http] = browsers.map(({ browser, port }) =>
				browser.services.find(isOurs(host, port)),
			);
			if (rtsp && http) return { name: rtsp.name };
			await sleep(lookEveryMs);
		}
		return {};
	} finally {
		await new Promise<void>((done) => bonjour.destroy(() => done()));
	}
}

const isOurs = (host: string, port: number) => (service: Service) =>
	service.host.replace(/\.$/, "") === host && service.port === port;
