import type { RtspConnection } from "./connection.ts";
import { expectOk } from "./errors.ts";

/** What a server answers that does not know the method (RFC 2326, 11.3). */
const unknownMethod = new Set([405, 451, 501, 551]);

export interface KeepAliveOptions {
	readonly connection: RtspConnection;
	readonly uri: string;
	readonly headers: Readonly<Record<string, string>>;
	/** The server's `Public` header. */
	readonly methods: string;
	readonly everyMs: number;
}

/** Tells the server again and again that we still watch, until the connection ends. */
export function keepAlive(options: KeepAliveOptions): void {
	const { connection, uri, headers, methods, everyMs } = options;
	// Some cameras take OPTIONS for no sign of life.
	let method = /\bGET_PARAMETER\b/.test(methods) ? "GET_PARAMETER" : "OPTIONS";
	const tell = async () => {
		const { status } = await connection.request(method, uri, headers);
		if (status === 454) expectOk(status, method);
		if (unknownMethod.has(status)) method = "OPTIONS";
		timer = setTimeout(next, everyMs).unref();
	};
	const next = () =>
		void tell().catch((error: unknown) =>
			connection.end(error instanceof Error ? error.message : String(error)),
		);
	let timer = setTimeout(next, everyMs).unref();
	void connection.closed.then(() => clearTimeout(timer));
}
