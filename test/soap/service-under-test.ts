import type { AddressInfo } from "node:net";
import path from "node:path";
import type { TestContext } from "node:test";
import Fastify from "fastify";
import { allows } from "../../src/auth/access.ts";
import { createDigestAuth } from "../../src/auth/digest.ts";
import { createGuesses } from "../../src/auth/guesses.ts";
import type { User } from "../../src/auth/types.ts";
import { createUsernameTokenAuth } from "../../src/auth/username-token.ts";
import { soapEndpoint } from "../../src/soap/endpoint.ts";
import { invalidArgVal } from "../../src/soap/faults.ts";
import { NAMESPACES } from "../../src/soap/namespaces.ts";
import type {
	OperationTable,
	RequestInfo,
	Service,
} from "../../src/soap/operation.ts";
import type { DeviceOperations } from "../../src/soap/schema/generated/tds.ts";
import type { MediaOperations } from "../../src/soap/schema/generated/trt.ts";
import { loadSchema } from "../../src/soap/schema/schema.ts";
import { wsdlRoutes } from "../../src/soap/wsdl.ts";
import { systemClock } from "../../src/system/clock.ts";
import type { LogFields } from "../../src/system/log.ts";
import { profilesOf } from "./media-messages.ts";

const USERS: readonly User[] = [
	{ name: "admin", password: "s3cret & <more>", level: "Administrator" },
	{ name: "guest", password: "guest", level: "User" },
];

/** A small device whose DNS servers can be set, which is what DEVICE-6-1-1 to -5 do. */
interface State {
	dns: readonly string[];
	revision: number;
	runs: number;
}

interface Context {
	readonly request: RequestInfo;
	readonly state: State;
}

const device = {
	GetSystemDateAndTime: {
		access: "PRE_AUTH",
		run: () => ({
			SystemDateAndTime: {
				DateTimeType: "NTP",
				DaylightSavings: false,
				TimeZone: { TZ: "UTC0" },
			},
		}),
	},
	GetDNS: {
		access: "READ_SYSTEM",
		run: (_request, { state }) => ({
			DNSInformation: {
				FromDHCP: false,
				DNSManual: state.dns.map((IPv4Address) => ({
					Type: "IPv4",
					IPv4Address,
				})),
			},
		}),
	},
	SetDNS: {
		access: "WRITE_SYSTEM",
		async run(request, { state }) {
			const servers = request.DNSManual ?? [];
			state.dns = servers.map(({ IPv4Address = "" }) => IPv4Address);
			return {};
		},
	},
	GetWsdlUrl: {
		access: "PRE_AUTH",
		run: (_request, { request }) => ({
			WsdlUrl: `http://${request.localAddress}:${request.localPort}/onvif/wsdl/device.wsdl`,
		}),
	},
	SetHostname: {
		access: "WRITE_SYSTEM",
		run({ Name }) {
			if (Name === "broken") throw new Error("the disk is on fire");
			if (Name === "unwritable") return { Extra: 1 };
			throw invalidArgVal(`Name is ${Name}`, "ter:InvalidHostname");
		},
	},
} satisfies OperationTable<DeviceOperations, Context>;

const media = {
	GetProfiles: {
		access: "READ_MEDIA",
		run(_request, { state }) {
			state.runs++;
			return profilesOf(4);
		},
		revision: ({ state }) => state.revision,
	},
	SetVideoEncoderConfiguration: { access: "ACTUATE", run: () => ({}) },
	GetVideoEncoderConfigurationOptions: {
		access: "READ_MEDIA",
		run: ({ ProfileToken, ConfigurationToken }) => ({
			Options: {
				QualityRange: {
					Min: Number(ProfileToken),
					Max: Number(ConfigurationToken),
				},
			},
		}),
	},
} satisfies OperationTable<MediaOperations, Context>;

const version = { Major: 26, Minor: 6 };
const services: readonly Service<Context>[] = [
	{
		prefix: "tds",
		namespace: NAMESPACES.tds,
		version,
		path: "/onvif/device_service",
		operations: device,
	},
	{
		prefix: "trt",
		namespace: NAMESPACES.trt,
		version,
		path: "/onvif/media_service",
		operations: media,
	},
];

export interface LoggedLine {
	readonly level: "info" | "warn" | "error";
	readonly message: string;
	readonly fields: LogFields;
}

export interface ServiceUnderTest {
	readonly url: string;
	readonly port: number;
	readonly state: State;
	readonly log: readonly LoggedLine[];
}

/** Serves a small device on a port of the loopback until the test ends. */
export async function serviceUnderTest(
	t: TestContext,
): Promise<ServiceUnderTest> {
	const state: State = { dns: [], revision: 1, runs: 0 };
	const log: LoggedLine[] = [];
	const line =
		(level: LoggedLine["level"]) =>
		(message: string, fields: LogFields = {}) =>
			void log.push({ level, message, fields });
	const users = {
		find: (name: string) => USERS.find((user) => user.name === name),
	};
	const clock = systemClock;
	const app = Fastify();
	await app.register(
		soapEndpoint<Context>({
			services,
			schema: await loadSchema(["tds", "trt"]),
			digest: createDigestAuth({ realm: "test", users, clock }),
			usernameToken: createUsernameTokenAuth({ users, clock }),
			guesses: createGuesses(clock),
			allows,
			context: (request) => ({ request, state }),
			log: { info: line("info"), warn: line("warn"), error: line("error") },
		}),
	);
	await app.register(
		wsdlRoutes({
			folder: path.join(import.meta.dirname, "../../wsdl"),
			services,
		}),
	);
	await app.listen({ port: 0, host: "127.0.0.1" });
	t.after(() => app.close());
	const { port } = app.server.address() as AddressInfo;
	return { url: `http://127.0.0.1:${port}`, port, state, log };
}
