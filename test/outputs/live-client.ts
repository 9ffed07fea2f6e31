import { type ClientOptions, WebSocket } from "ws";
import { until } from "../helpers/media.ts";

/** What came over a WebSocket of fragmented MP4. */
export class LiveClient {
	readonly socket: WebSocket;
	/** The text messages. */
	readonly types: string[] = [];
	readonly inits: Buffer[] = [];
	readonly fragments: Buffer[] = [];
	closed: { readonly code: number; readonly reason: string } | undefined;
	/** Status of a handshake that was refused, and what was said. */
	refused:
		| {
				readonly status: number;
				readonly challenges: string;
				readonly text: string;
		  }
		| undefined;

	constructor(
		url: string,
		headers: Readonly<Record<string, string>> = {},
		options: ClientOptions = {},
	) {
		const address = url.replace("http", "ws");
		this.socket = new WebSocket(address, { headers, ...options });
		this.socket.on("message", (data: Buffer, isBinary) => {
			if (!isBinary) this.types.push(data.toString());
			else if (this.inits.length < this.types.length) this.inits.push(data);
			else this.take(data);
		});
		this.socket.on("close", (code, reason) => {
			this.closed = { code, reason: reason.toString() };
		});
		this.socket.on("unexpected-response", (_request, response) => {
			let text = "";
			response.setEncoding("utf8").on("data", (part: string) => {
				text += part;
			});
			response.on("end", () => {
				this.refused = {
					status: response.statusCode ?? 0,
					challenges: response.headers["www-authenticate"] ?? "",
					text,
				};
			});
		});
		this.socket.on("error", () => {});
	}

	/** A fragment came. */
	protected take(fragment: Buffer): void {
		this.fragments.push(fragment);
	}

	/** All that a player was given, as one file. */
	get file(): Buffer {
		return Buffer.concat([...this.inits.slice(0, 1), ...this.fragments]);
	}

	async has(fragments: number): Promise<void> {
		await until(
			() => this.fragments.length >= fragments || this.closed !== undefined,
			`${fragments} fragments`,
		);
	}

	async answered(): Promise<void> {
		await until(
			() => this.refused !== undefined || this.closed !== undefined,
			"the handshake is answered",
		);
	}

	close(): void {
		this.socket.terminate();
	}
}
