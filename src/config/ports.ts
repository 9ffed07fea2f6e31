import { CheckError } from "./check.ts";

/** One server of one camera. */
export interface Server {
	/** Where the file sets its port: `cameras[0].http.port`. */
	readonly key: string;
	/** Address or name of the interface that it listens on; null is everywhere. */
	readonly place: string | null;
	/** The port, or the first one to try. 0 is any free one. */
	readonly port: number;
	/** Whether the port must be that one. */
	readonly given: boolean;
}

/** The servers of a camera, each a section of the file; those over TLS may have no port, and listen where the others do. */
export const serverKeys = ["http", "rtsp", "https", "rtsps"] as const;
export type ServerKey = (typeof serverKeys)[number];

interface Servers {
	readonly http: { readonly port: number; readonly host: string | null };
	readonly rtsp: { readonly port: number; readonly host: string | null };
	readonly https: { readonly port: number | null };
	readonly rtsps: { readonly port: number | null };
}

/** Where each of a camera's servers listens. */
export function serversOf(camera: Servers): {
	readonly key: ServerKey;
	readonly host: string | null;
	readonly port: number;
}[] {
	const { http, rtsp, https, rtsps } = camera;
	return [
		{ key: "http" as const, ...http },
		{ key: "rtsp" as const, ...rtsp },
		...(https.port === null
			? []
			: [{ key: "https" as const, host: http.host, port: https.port }]),
		...(rtsps.port === null
			? []
			: [{ key: "rtsps" as const, host: rtsp.host, port: rtsps.port }]),
	];
}

const last = 65_535;
const everywhere: ReadonlySet<string | null> = new Set([null, "::", "0.0.0.0"]);

/** Whether two servers at these places cannot have the same port. */
export function overlap(one: string | null, other: string | null): boolean {
	return one === other || everywhere.has(one) || everywhere.has(other);
}

/**
 * The port of each server by its key: those that are given, then for the others the next that nobody has.
 * @throws CheckError for two that want the same
 */
export function choosePorts(
	servers: readonly Server[],
): ReadonlyMap<string, number> {
	const chosen: Server[] = [];
	const rival = (server: Server) =>
		chosen.find(
			(other) =>
				other.port === server.port && overlap(other.place, server.place),
		);
	for (const server of servers.filter(({ given }) => given)) {
		const first = server.port === 0 ? undefined : rival(server);
		if (first)
			throw new CheckError(
				`${server.key}: must differ from ${first.key}, got ${server.port}`,
			);
		chosen.push(server);
	}
	for (const server of servers.filter(({ given }) => !given)) {
		let next = server;
		while (next.port !== 0 && next.port <= last && rival(next))
			next = { ...next, port: next.port + 1 };
		if (next.port > last)
			throw new CheckError(`${server.key}: must be given: none is left`);
		chosen.push(next);
	}
	return new Map(chosen.map(({ key, port }) => [key, port]));
}
