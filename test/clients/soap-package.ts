import {
	type Client,
	createClientAsync,
	HttpClient,
	type IExOptions,
	type IHeaders,
	WSSecurity,
} from "soap";
import { authorization, type DigestLogin } from "../helpers/digest.ts";
import type { Messages } from "../helpers/validate.ts";

/** The package's HTTP client with Digest, which it has not by itself: the second request answers the first's challenge. */
class DigestHttpClient extends HttpClient {
	readonly #login: DigestLogin;

	constructor(login: DigestLogin) {
		super({});
		this.#login = login;
	}

	override request(
		url: string,
		data: unknown,
		callback: (error: unknown, response?: unknown, body?: unknown) => unknown,
		headers: IHeaders = {},
		options: IExOptions = {},
	): ReturnType<HttpClient["request"]> {
		const again: typeof callback = (error, response, body) => {
			const challenges = challengesOf(response);
			const answer =
				challenges &&
				authorization(challenges, this.#login, "POST", new URL(url).pathname);
			if (!answer) return callback(error, response, body);
			const more = { ...headers, Authorization: answer };
			return super.request(url, data, callback, more, options);
		};
		return super.request(url, data, again, headers, options);
	}
}

/** What WWW-Authenticate holds in an answer with status 401. */
function challengesOf(response: unknown): string | undefined {
	if (typeof response !== "object" || response === null) return undefined;
	if (!("status" in response && response.status === 401)) return undefined;
	if (!("headers" in response)) return undefined;
	const headers = new Map(Object.entries(response.headers ?? {}));
	return String(headers.get("www-authenticate") ?? "");
}

export interface ClientOptions {
	/** File or URL. */
	readonly wsdl: string;
	/** Where the WSDL's own address is not to be asked. */
	readonly endpoint?: string;
	/** Nobody logs in without one. */
	readonly login?: DigestLogin & { readonly way: "WS-Security" | "Digest" };
	/** Gets the requests. */
	readonly messages: Messages;
}

/** A client of npm soap, told of operations by a WSDL alone. */
export class SoapPackageClient {
	readonly #client: Client;
	readonly #messages: Messages;

	private constructor(client: Client, messages: Messages) {
		this.#client = client;
		this.#messages = messages;
	}

	static async create(options: ClientOptions): Promise<SoapPackageClient> {
		const { wsdl, endpoint, login, messages } = options;
		const client = await createClientAsync(
			wsdl,
			{
				forceSoap12Headers: true,
				...(login?.way === "Digest"
					? { httpClient: new DigestHttpClient(login) }
					: {}),
			},
			endpoint,
		);
		if (login?.way === "WS-Security")
			client.setSecurity(
				new WSSecurity(login.name, login.password, {
					hasNonce: true,
					passwordType: "PasswordDigest",
				}),
			);
		return new SoapPackageClient(client, messages);
	}

	/** The answer's parts by name; rejects with a fault's reason. */
	async call(
		operation: string,
		argument: object = {},
	): Promise<Record<string, unknown>> {
		try {
			const answered: unknown =
				await this.#client[`${operation}Async`](argument);
			const result: unknown = Array.isArray(answered) ? answered[0] : undefined;
			return typeof result === "object" && result !== null ? { ...result } : {};
		} finally {
			this.#messages.add(this.#client.lastRequest ?? "");
		}
	}
}
