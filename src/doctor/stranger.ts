import type { User } from "../auth/types.ts";
import { checkDiscovery } from "./discovery.ts";
import { examine, type Finding, type Step } from "./finding.ts";
import { findLogin } from "./login.ts";
import { checkMdns } from "./mdns.ts";
import {
	checkProfiles,
	checkServices,
	checkTime,
	type Running,
	readProfiles,
	readStreamUri,
} from "./onvif.ts";
import type { Patient } from "./patient.ts";
import { wantedFrames, watch } from "./pictures.ts";
import type { Service } from "./service.ts";
import { SoapClient } from "./soap-client.ts";

const askMs = 12_000;
/** It looks a number of times; on a busy machine the eight seconds between them become many. */
const browseMs = 40_000;
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
): readonly Step[] {
	const running = service.then(async (found): Promise<Findings> => {
		const finding = await examine("service", askMs, async () => {
			if (found.kind === "absent") throw found.trouble;
			return `${found.url} answers as ${found.endpointReference}`;
		});
		return [finding];
	});
	const talk = service.then((found) =>
		found.kind === "running" ? talkTo(patient, found, idle) : undefined,
	);
	return [
		{ about: "service", findings: running },
		{
			about: "the service's answers",
			findings: talk.then((found) => found?.answers ?? []),
		},
		{
			about: `${wantedFrames} frames of each profile`,
			findings: talk.then((found) => found?.pictures ?? []),
		},
	];
}

/** What comes of it takes its time, each for itself. */
interface Talk {
	readonly answers: Promise<Findings>;
	readonly pictures: Promise<Findings>;
}

async function talkTo(
	patient: Patient,
	service: Running,
	idle: Promise<unknown>,
): Promise<Talk> {
	const login = await findLogin(patient.config).catch(() => undefined);
	const [device, known, media] = await Promise.all([
		clientOf(patient, service, "device"),
		clientOf(patient, service, "device", login),
		clientOf(patient, service, "media", login),
	]);
	const seen = seeProfiles(patient, media);
	const answers = Promise.all([
		examine("service time", askMs, () => checkTime(patient, device)),
		examine("services", askMs, () => checkServices(service, device)),
		examine("discovery", askMs, () =>
			checkDiscovery(patient, service, login && known),
		),
		patient.config.discovery.mdns
			? examine("mdns", browseMs, () => checkMdns(patient, service))
			: [],
		seen.then(({ finding }) => finding),
	]).then((found) => found.flat());
	const pictures = Promise.all([seen, idle]).then(([profiles]) =>
		watchAll(profiles, media),
	);
	return { answers, pictures };
}

interface SeenProfiles {
	readonly finding: Finding;
	/** Undefined when nobody can log in. */
	readonly login: User | undefined;
	readonly profiles: readonly string[];
}

async function seeProfiles(
	patient: Patient,
	media: SoapClient,
): Promise<SeenProfiles> {
	let profiles: readonly string[] = [];
	let login: User | undefined;
	const finding = await examine("login and profiles", askMs, async () => {
		login = await findLogin(patient.config);
		profiles = await readProfiles(media, login, patient);
		return checkProfiles(profiles, login, patient);
	});
	return { finding, login, profiles };
}

async function watchAll(
	{ login, profiles }: SeenProfiles,
	media: SoapClient,
): Promise<Findings> {
	if (login === undefined) return [];
	return Promise.all(
		profiles.map((profile) =>
			examine(`profile ${profile}`, watchMs, async (signal) =>
				watch(await readStreamUri(media, profile), login, signal),
			),
		),
	);
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
