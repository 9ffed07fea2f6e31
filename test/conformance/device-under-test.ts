import { createHash, randomBytes } from "node:crypto";
import {
	type DigestLogin,
	authorization as digest,
} from "../helpers/digest.ts";
import {
	administrator,
	type RunningService,
	type ServiceOptions,
	startService,
} from "../helpers/service.ts";
import type { Messages } from "../helpers/validate.ts";
import { type Element, element, plain, type Style } from "./element.ts";
import { readBody, type Tree } from "./tree.ts";

const PATH = "/onvif/device_service";
const OASIS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss";
const soap = element("http://www.w3.org/2003/05/soap-envelope");
const wsse = element(`${OASIS}-wssecurity-secext-1.0.xsd`);
const wsu = element(`${OASIS}-wssecurity-utility-1.0.xsd`);
export const tds = element("http://www.onvif.org/ver10/device/wsdl");
export const trt = element("http://www.onvif.org/ver10/media/wsdl");
export const tt = element("http://www.onvif.org/ver10/schema");

/** What of a token is left out or wrong. */
export interface TokenFlaws {
	readonly without?: "Nonce" | "Created";
	readonly text?: boolean;
	/** How far the client's clock is ahead, in milliseconds. */
	readonly aheadMs?: number;
}

/** A WS-Security header with a UsernameToken of the administrator's. */
export function security({
	without,
	text,
	aheadMs = 0,
}: TokenFlaws = {}): Element {
	const nonce = randomBytes(16);
	const created = new Date(Date.now() + aheadMs).toISOString();
	const hash = createHash("sha1")
		.update(nonce)
		.update(created + administrator.password)
		.digest("base64");
	const type = `${OASIS}-username-token-profile-1.0#${text ? "PasswordText" : "PasswordDigest"}`;
	const parts = [
		wsse("Username", administrator.name),
		wsse("Password", text ? administrator.password : hash, { Type: type }),
		wsse("Nonce", nonce.toString("base64")),
		wsu("Created", created),
	];
	return wsse("Security", [
		wsse(
			"UsernameToken",
			parts.filter(({ name }) => name !== without),
		),
	]);
}

export interface Answer {
	readonly status: number;
	readonly challenges: string;
	readonly text: string;
	readonly body: Tree;
}

/** The running service, asked as ONVIF's test tool asks. */
export class DeviceUnderTest {
	readonly service: RunningService;
	readonly #messages: Messages;

	constructor(service: RunningService, messages: Messages) {
		this.service = service;
		this.#messages = messages;
	}

	static async start(
		messages: Messages,
		options: ServiceOptions = {},
	): Promise<DeviceUnderTest> {
		return new DeviceUnderTest(await startService(options), messages);
	}

	/** Sends a body with a right token, unless `header` has others. */
	ask(
		body: Element,
		header: readonly Element[] = [security()],
		style: Style = plain,
	): Promise<Answer> {
		const envelope = soap("Envelope", [
			soap("Header", header),
			soap("Body", [body]),
		]);
		return this.#post(style.write(envelope));
	}

	/** Asks without credentials, and then with what HTTP Digest makes of the challenge. */
	async askByDigest(
		body: Element,
		login: DigestLogin,
	): Promise<{ first: Answer; second: Answer }> {
		const first = await this.ask(body, []);
		const answer = digest(first.challenges, login, "POST", PATH);
		const text = plain.write(soap("Envelope", [soap("Body", [body])]));
		return { first, second: await this.#post(text, answer) };
	}

	async #post(body: string, authorization?: string): Promise<Answer> {
		const response = await fetch(this.service.url + PATH, {
			method: "POST",
			headers: {
				"content-type": "application/soap+xml; charset=utf-8",
				...(authorization ? { authorization } : {}),
			},
			body,
		});
		const text = this.#messages.add(await response.text());
		return {
			status: response.status,
			challenges: response.headers.get("www-authenticate") ?? "",
			text,
			body: readBody(text),
		};
	}
}
