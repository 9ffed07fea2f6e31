import { createSocket } from "node:dgram";
import { once } from "node:events";
import { type Health, reasonOf, Trouble } from "./finding.ts";
import type { Patient } from "./patient.ts";

const mdnsPort = 5353;

/** The UDP ports of discovery, which every program on the host has to share: whether all that hold them do. */
export async function checkDiscoveryPorts({
	config,
	discoveryPort,
}: Patient): Promise<Health> {
	const { wsDiscovery, mdns } = config.discovery;
	const wanted = [
		...(wsDiscovery ? [discoveryPort] : []),
		...(mdns ? [mdnsPort] : []),
	];
	const found = await Promise.all(
		wanted.map(async (port) => ({ port, error: await bindError(port) })),
	);
	const closed = found.filter(({ error }) => error !== undefined);
	if (closed.length > 0)
		throw new Trouble(
			`a program keeps UDP port ${closed.map(({ port, error }) => `${port} (${error})`).join(" and ")} to itself: clients cannot discover the camera`,
			`${closed.map(({ port }) => `ss -lunp 'sport = :${port}'`).join("; ")} tells which; stop it, or let it share the port`,
		);
	return wanted.length > 0
		? `UDP ${wanted.length > 1 ? "ports" : "port"} ${wanted.join(" and ")} can be shared`
		: "none is needed: the camera is not announced";
}

/** The system's code for why nobody can listen there together with those who do. */
async function bindError(port: number): Promise<string | undefined> {
	const socket = createSocket({ type: "udp4", reuseAddr: true });
	try {
		socket.bind(port);
		await once(socket, "listening");
		return undefined;
	} catch (error) {
		return error instanceof Error && "code" in error
			? String(error.code)
			: reasonOf(error);
	} finally {
		socket.close();
	}
}
