import type { User } from "../auth/types.ts";
import { type Health, reasonOf, Trouble } from "./finding.ts";
import { type Patient, startLine } from "./patient.ts";
import type { Service } from "./service.ts";
import { list, record, type SoapClient } from "./soap-client.ts";

export type Running = Extract<Service, { kind: "running" }>;

/** Asks GetSystemDateAndTime, and whether the answer is this host's time. */
export async function checkTime(
	patient: Patient,
	device: SoapClient,
): Promise<Health> {
	const { SystemDateAndTime } = await device.call("GetSystemDateAndTime");
	const { UTCDateTime, DateTimeType } = record(SystemDateAndTime);
	const told = instantOf(UTCDateTime);
	const allowed = patient.config.auth.clockSkewSeconds;
	const skew = Math.round((told - patient.clock.now()) / 1000);
	// Not a number, where no time was told, is no skew that is allowed.
	if (!(Math.abs(skew) <= allowed))
		throw new Trouble(
			`the service's clock differs by ${skew} s from this one; logins allow ${allowed} s`,
			"set the clock: timedatectl set-ntp true",
		);
	return `${new Date(told).toISOString()} (${DateTimeType})`;
}

function instantOf(dateTime: unknown): number {
	const { Date: date, Time: time } = record(dateTime);
	const { Year, Month, Day } = record(date);
	const { Hour, Minute, Second } = record(time);
	return Date.UTC(
		Number(Year),
		Number(Month) - 1,
		Number(Day),
		Number(Hour),
		Number(Minute),
		Number(Second),
	);
}

/** Asks GetServices and GetCapabilities, and whether both name the address that was asked. */
export async function checkServices(
	service: Running,
	device: SoapClient,
): Promise<Health> {
	const { Service } = await device.call("GetServices", {
		IncludeCapability: false,
	});
	const { Capabilities } = await device.call("GetCapabilities", {
		Category: ["All"],
	});
	const xaddrs = [
		...list(Service).map((one) => record(one).XAddr),
		record(record(Capabilities).Device).XAddr,
		record(record(Capabilities).Media).XAddr,
	].map(String);
	const strange = xaddrs.filter((one) => !one.startsWith(`${service.url}/`));
	if (strange.length > 0)
		throw new Trouble(
			`asked at ${service.url}, the service names ${[...new Set(strange)].join(", ")}`,
			"report it: clients cannot go on from there",
		);
	return [...new Set(xaddrs)].join(", ");
}

/** Logs in by WS-Security and asks for the profiles, all that are configured among them. */
export async function readProfiles(
	media: SoapClient,
	login: User,
	patient: Patient,
): Promise<readonly string[]> {
	const { Profiles } = await media
		.call("GetProfiles")
		.catch((error: unknown) => {
			throw refused(error, login, patient);
		});
	return list(Profiles).map((one) =>
		String(record(record(one).attributes).token),
	);
}

function refused(error: unknown, { name }: User, patient: Patient): unknown {
	const reason = reasonOf(error);
	if (!/not ?authorized|401/i.test(reason)) return error;
	return new Trouble(
		`the running service refuses ${name} with the password that the configuration or users.json has`,
		`start it anew, if the password was changed since it started: ${startLine(patient)}`,
	);
}

export function checkProfiles(
	profiles: readonly string[],
	login: User,
	patient: Patient,
): Health {
	const missing = patient.config.profiles
		.map(({ token }) => token)
		.filter((token) => !profiles.includes(token));
	if (missing.length > 0)
		throw new Trouble(
			`the running service has no profile ${missing.join(", ")}`,
			`start it anew, its configuration has changed: ${startLine(patient)}`,
		);
	return `${login.name} logs in and sees ${profiles.join(", ")}`;
}

/** Where a profile is watched. */
export async function readStreamUri(
	media: SoapClient,
	profile: string,
): Promise<URL> {
	const { MediaUri } = await media.call("GetStreamUri", {
		StreamSetup: { Stream: "RTP-Unicast", Transport: { Protocol: "RTSP" } },
		ProfileToken: profile,
	});
	return new URL(String(record(MediaUri).Uri));
}
