import { createServer } from "node:net";
import type { ServerKey } from "../config/ports.ts";
import { portHolder } from "../system/port-holder.ts";
import { type Health, Trouble } from "./finding.ts";
import type { Service } from "./service.ts";

/** A port of the configuration: free for the service, or the running service's. */
export interface WantedPort {
	/** Where the configuration sets it: `http`. */
	readonly key: ServerKey;
	readonly port: number;
	/** Null for every address. */
	readonly host: string | null;
}

export async function checkPort(
	{ key, port, host }: WantedPort,
	service: Service,
): Promise<Health> {
	if (port === 0)
		throw new Trouble(
			"any free port is taken at each start, so that clients lose the camera",
			`set ${key}.port in the configuration`,
		);
	const code = await listenError(port, host);
	if (code === undefined) {
		if (service.kind === "running")
			throw new Trouble(
				`the running service does not listen at TCP port ${port}`,
				"start the service anew: its configuration has changed",
			);
		return `TCP port ${port} is free`;
	}
	if (code === "EADDRINUSE") return heldBy(key, port, service);
	if (code === "EACCES")
		throw new Trouble(
			`TCP port ${port} needs more rights than this user has`,
			`run as root, or set ${key}.port to 1024 or higher`,
		);
	throw new Trouble(
		`TCP port ${port}${host === null ? "" : ` of ${host}`} cannot be listened at: ${code}`,
		`set ${key.slice(0, 4)}.host to an address of this host, or to null`,
	);
}

/** The port at which a chain's v4l2rtspserver is open to clients; `ours` are the service's processes. */
export async function checkDirectPort(
	port: number,
	token: string,
	service: Service,
	ours: ReadonlySet<number>,
): Promise<Health> {
	const code = await listenError(port, null);
	if (code === undefined) {
		if (service.kind === "running")
			throw new Trouble(
				`v4l2rtspserver of ${token} does not listen at TCP port ${port}, where GetStreamUri sends clients`,
				"the service's log says what keeps the chain from running",
			);
		return `TCP port ${port} is free for v4l2rtspserver`;
	}
	const holder = await portHolder(port);
	if (service.kind === "running" && (!holder || ours.has(holder.pid)))
		return `v4l2rtspserver listens at TCP port ${port}`;
	const who = holder
		? `${holder.name} (pid ${holder.pid})`
		: `a program of another user (${code})`;
	throw new Trouble(
		`TCP port ${port} is held by ${who}`,
		`${holder ? `kill ${holder.pid}` : `ss -ltnp 'sport = :${port}' tells which`}, or set chain.port of ${token}`,
	);
}

async function heldBy(
	key: WantedPort["key"],
	port: number,
	service: Service,
): Promise<Health> {
	const holder = await portHolder(port);
	const ours =
		service.kind === "running" &&
		(key === "http" || holder === undefined || holder.pid === service.pid);
	// Whose processes we may not see, its service may still be; the profiles' checks play from it.
	if (ours) return `the running service listens at TCP port ${port}`;
	const who = holder
		? `${holder.name} (pid ${holder.pid})`
		: "a program of another user";
	throw new Trouble(
		`TCP port ${port} is held by ${who}`,
		`${holder ? `kill ${holder.pid}` : `ss -ltnp 'sport = :${port}' tells which`}, or set ${key}.port in the configuration`,
	);
}

/** The system's code for why nobody can listen there now; undefined when one can. */
function listenError(
	port: number,
	host: string | null,
): Promise<string | undefined> {
	const attempt = (address: string) =>
		new Promise<string | undefined>((resolve) => {
			const server = createServer();
			server.once("error", (error) =>
				resolve("code" in error ? String(error.code) : error.message),
			);
			server.listen({ port, host: address, exclusive: true }, () =>
				server.close(() => resolve(undefined)),
			);
		});
	if (host !== null) return attempt(host);
	return attempt("::").then((code) =>
		// A kernel without IPv6 has no address "::".
		code === "EAFNOSUPPORT" || code === "EADDRNOTAVAIL"
			? attempt("0.0.0.0")
			: code,
	);
}
