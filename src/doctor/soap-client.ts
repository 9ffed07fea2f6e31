import path from "node:path";
import { type Client, createClientAsync, WSSecurity } from "soap";
import type { User } from "../auth/types.ts";

const timeoutMs = 5000;
const maxOctets = 1024 * 1024;

export interface SoapClientOptions {
	readonly wsdlFolder: string;
	readonly service: "device" | "media";
	/** `http://127.0.0.1:8080/onvif/device_service` */
	readonly endpoint: string;
	/** Nobody logs in without one. */
	readonly login?: User;
}

/** Asks as any client does that knows nothing but the WSDL: npm soap's reading of it. */
export class SoapClient {
	readonly #client: Client;

	private constructor(client: Client) {
		this.#client = client;
	}

	static async create(options: SoapClientOptions): Promise<SoapClient> {
		const { wsdlFolder, service, endpoint, login } = options;
		const client = await createClientAsync(
			path.join(wsdlFolder, `${service}.wsdl`),
			{ forceSoap12Headers: true },
			endpoint,
		);
		if (login)
			client.setSecurity(
				new WSSecurity(login.name, login.password, {
					hasNonce: true,
					passwordType: "PasswordDigest",
				}),
			);
		return new SoapClient(client);
	}

	/** The answer's parts by name; rejects with a fault's reason or the system's error. */
	async call(
		operation: string,
		argument: object = {},
	): Promise<Readonly<Record<string, unknown>>> {
		const answered: unknown = await this.#client[`${operation}Async`](
			argument,
			// The port may be anybody's.
			{
				timeout: timeoutMs,
				maxContentLength: maxOctets,
				maxRedirects: 0,
				proxy: false,
			},
		);
		const result: unknown = Array.isArray(answered) ? answered[0] : undefined;
		return record(result);
	}
}

/** The value as an object of parts; empty when it is none. */
export function record(value: unknown): Readonly<Record<string, unknown>> {
	return typeof value === "object" && value !== null ? { ...value } : {};
}

/** The value as a list: npm soap gives a single element as itself. */
export function list(value: unknown): readonly unknown[] {
	if (value === undefined || value === null) return [];
	return Array.isArray(value) ? value : [value];
}
