import type { User } from "../auth/types.ts";
import { checkDiscovery } from "./discovery.ts";
import { examine, type Finding } from "./finding.ts";
import { findLogin } from "./login.ts";
import {
	checkProfiles,
	checkServices,
	checkTime,
	type Running,
	readProfiles,
	readStreamUri,
} from "./onvif.ts";
import type { Patient } from "./patient.ts";
import { watch } from "./pictures.ts";
import type { Service } from "./service.ts";
import { SoapClient } from "./soap-client.ts";

const askMs = 12_000;
/** Nine seconds for a cold start, ten for ten frames at one a second, and some for a small board. */
const watchMs = 40_000;

type Findings = readonly Finding[];

/**
 * Talks to the running service as a client that knows nothing of it but address and password.
 * Without a service there is that one finding. Playing waits until `idle` is settled.
 */
export function askService(
	patient: Patient,
	service: Promise<Service>,
	idle: Promise<unknown>,
): readonly Promise<Findings>[] {
	const running = service.then(async (found): Promise<Findings> => {
		const finding = await examine("service", askMs, async () => {
			if (found.kind === "absent") throw found.trouble;
			return `${found.url} answers as ${found.endpointReference}`;
		});
		return [finding];
	});
	const asked = service.then((found) =>
		found.kind === "running" ? askRunning(patient, found, idle) : [],
	);
	return [running, asked];
}

async function askRunning(
	patient: Patient,
	service: Running,
	idle: Promise<unknown>,
): Promise<Findings> {
	const login = await findLogin(patient.config).catch(() => undefined);
	const [device, known, media] = await Promise.all([
		clientOf(patient, service, "device"),
		clientOf(patient, service, "device", login),
		clientOf(patient, service, "media", login),
	]);
	const results = await Promise.all([
		examine("service time", askMs, () => checkTime(patient, device)),
		examine("services", askMs, () => checkServices(service, device)),
		examine("discovery", askMs, () =>
			checkDiscovery(patient, service, login && known),
		),
		askProfiles(patient, media, idle),
	]);
	return results.flat();
}

async function askProfiles(
	patient: Patient,
	media: SoapClient,
	idle: Promise<unknown>,
): Promise<Findings> {
	let profiles: readonly string[] = [];
	let user: User | undefined;
	const profilesSeen = await examine("login and profiles", askMs, async () => {
		user = await findLogin(patient.config);
		profiles = await readProfiles(media, user, patient);
		return checkProfiles(profiles, user, patient);
	});
	const login = user;
	if (login === undefined) return [profilesSeen];
	await idle;
	const watched = await Promise.all(
		profiles.map((profile) =>
			examine(`profile ${profile}`, watchMs, async (signal) =>
				watch(await readStreamUri(media, profile), login, signal),
			),
		),
	);
	return [profilesSeen, ...watched];
}

function clientOf(
	{ wsdlFolder }: Patient,
	{ url }: Running,
	service: "device" | "media",
	login?: User,
): Promise<SoapClient> {
	return SoapClient.create({
		wsdlFolder,
		service,
		endpoint: `${url}/onvif/${service}_service`,
		...(login ? { login } : {}),
	});
}
