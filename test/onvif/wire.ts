import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import Fastify from "fastify";
import { allows } from "../../src/auth/access.ts";
import { createDigestAuth } from "../../src/auth/digest.ts";
import { createGuesses } from "../../src/auth/guesses.ts";
import type { User } from "../../src/auth/types.ts";
import { createUsernameTokenAuth } from "../../src/auth/username-token.ts";
import type { CameraSettings } from "../../src/camera/settings.ts";
import type { Device } from "../../src/onvif/context.ts";
import { services } from "../../src/onvif/services.ts";
import { soapEndpoint } from "../../src/soap/endpoint.ts";
import { loadSchema } from "../../src/soap/schema/schema.ts";
import { systemClock } from "../../src/system/clock.ts";
import { listeningLog } from "../camera/helpers.ts";
import { administrator, deviceUnderTest } from "./device-under-test.ts";

export interface Answer {
	readonly status: number;
	readonly text: string;
}

/** A device that answers SOAP on a port of the loopback. */
export interface WireDevice {
	readonly device: Device;
	readonly url: string;
	/** Sends a client's message (`fixtures/requests/<client>/<operation>.xml`) as that client does, by default with the administrator's token. */
	send(client: string, operation: string, user?: User): Promise<Answer>;
	/** Every answer so far. */
	readonly answers: readonly Answer[];
}

/** Synology's is its own; the others say what SOAP 1.2 says, and SOAP 1.1 to ZoneMinder. */
const contentTypes: Readonly<Record<string, string>> = {
	synology: "application/xml",
	zoneminder: "text/xml; charset=utf-8",
};

export async function wireDevice(
	t: TestContext,
	settings: Partial<CameraSettings> = {},
	replaced: Partial<Device> = {},
): Promise<WireDevice> {
	const device = { ...(await deviceUnderTest(t, settings)), ...replaced };
	const users = {
		find: (name: string) =>
			name === administrator.name ? administrator : undefined,
	};
	const log = listeningLog();
	const fastify = Fastify();
	await fastify.register(
		soapEndpoint({
			services,
			schema: await loadSchema(services.map((service) => service.prefix)),
			allows,
			context: (request) => ({ ...device, request }),
			log,
			digest: createDigestAuth({ realm: "test", users, clock: systemClock }),
			usernameToken: createUsernameTokenAuth({ users, clock: systemClock }),
			guesses: createGuesses(systemClock),
		}),
	);
	await fastify.listen({ port: 0, host: "127.0.0.1" });
	t.after(() => fastify.close());
	const { port } = fastify.server.address() as AddressInfo;
	const url = `http://127.0.0.1:${port}`;
	const answers: Answer[] = [];
	return {
		device,
		url,
		answers,
		async send(client, operation, user = administrator) {
			const response = await fetch(`${url}/onvif/device_service`, {
				method: "POST",
				headers: {
					"content-type":
						contentTypes[client] ?? "application/soap+xml; charset=utf-8",
				},
				body: requestOf(client, operation, user),
			});
			const answer = { status: response.status, text: await response.text() };
			answers.push(answer);
			return answer;
		},
	};
}

/** The client's message with a fresh token in the place that it leaves for one. */
export function requestOf(
	client: string,
	operation: string,
	user: User,
): string {
	const path = new URL(
		`../../fixtures/requests/${client}/${operation}.xml`,
		import.meta.url,
	);
	return readFileSync(path, "utf8").replace("{{Security}}", security(user));
}

/** WSS UsernameToken Profile 1.1, 3.1. */
function security({ name, password }: User): string {
	const nonce = randomBytes(16);
	const created = new Date().toISOString();
	const digest = createHash("sha1")
		.update(nonce)
		.update(created + password)
		.digest("base64");
	const wss =
		"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity";
	return [
		`<Security xmlns="${wss}-secext-1.0.xsd"><UsernameToken>`,
		`<Username>${name}</Username>`,
		`<Password Type="${wss.replace("wssecurity", "username-token-profile-1.0")}#PasswordDigest">${digest}</Password>`,
		`<Nonce EncodingType="${wss.replace("wssecurity", "soap-message-security-1.0")}#Base64Binary">${nonce.toString("base64")}</Nonce>`,
		`<Created xmlns="${wss}-utility-1.0.xsd">${created}</Created>`,
		"</UsernameToken></Security>",
	].join("");
}
