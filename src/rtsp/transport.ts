import { isIP } from "node:net";
import { isGroup } from "../media/send/udp-way.ts";

/** A way to send that the client offers and the server knows. */
export type OfferedTransport =
	| {
			readonly kind: "interleaved";
			/** RTP and RTCP channel; undefined leaves the choice to the server. */
			readonly channels: readonly [number, number] | undefined;
	  }
	| {
			readonly kind: "udp";
			/** The client's RTP and RTCP port. */
			readonly clientPorts: readonly [number, number];
	  }
	| {
			readonly kind: "multicast";
			/** What the client chose; undefined leaves it to the server. */
			readonly address: string | undefined;
			readonly port: number | undefined;
	  };

/**
 * The first transport of a Transport header that the server does (RFC 2326, 12.39), in the
 * client's order: RTP over UDP unicast and multicast, and interleaved in the RTSP connection, which
 * through a tunnel is the only way (`interleavedOnly`).
 * `"malformed"` for text that is no transport, `"unsupported"` when none fits.
 */
export function chooseTransport(
	header: string,
	interleavedOnly = false,
): OfferedTransport | "malformed" | "unsupported" {
	let answer: "malformed" | "unsupported" = "unsupported";
	for (const spec of header.split(",").slice(0, 16)) {
		const offered = readSpec(spec);
		if (offered === "malformed") answer = offered;
		else if (offered === "unsupported") continue;
		else if (offered.kind === "interleaved" || !interleavedOnly) return offered;
	}
	return answer;
}

function readSpec(
	spec: string,
): OfferedTransport | "malformed" | "unsupported" {
	const [protocol = "", ...list] = spec.split(";").map((part) => part.trim());
	const parameters = new Map<string, string>();
	for (const parameter of list) {
		const [name = "", value = ""] = parameter.split("=", 2);
		parameters.set(name.toLowerCase(), value.trim());
	}
	if (protocol === "") return "malformed";
	const mode = (parameters.get("mode") ?? "play").replaceAll('"', "");
	if (mode.toLowerCase() !== "play") return "unsupported";
	switch (protocol.toUpperCase()) {
		case "RTP/AVP/TCP":
			if (parameters.has("multicast")) return "unsupported";
			return interleaved(parameters.get("interleaved"));
		case "RTP/AVP":
		case "RTP/AVP/UDP":
			return parameters.has("multicast")
				? multicast(parameters)
				: udp(parameters.get("client_port"));
		default:
			return "unsupported";
	}
}

function interleaved(
	value: string | undefined,
): OfferedTransport | "malformed" {
	if (value === undefined) return { kind: "interleaved", channels: undefined };
	const channels = pair(value, 0, 255);
	if (channels === undefined) return "malformed";
	return { kind: "interleaved", channels };
}

function udp(value: string | undefined): OfferedTransport | "malformed" {
	const clientPorts = value === undefined ? undefined : pair(value, 1, 65535);
	return clientPorts === undefined ? "malformed" : { kind: "udp", clientPorts };
}

/** Whether the address can be sent to is the server's to say. */
function multicast(
	parameters: ReadonlyMap<string, string>,
): OfferedTransport | "malformed" | "unsupported" {
	const address = parameters.get("destination") || undefined;
	if (address !== undefined && (isIP(address) === 0 || !isGroup(address)))
		return "unsupported";
	// RFC 2326 says port; VLC of old says client_port.
	const wanted = parameters.get("port") ?? parameters.get("client_port");
	const ports = wanted === undefined ? undefined : pair(wanted, 1, 65535);
	if (wanted !== undefined && ports === undefined) return "malformed";
	// RTCP is on the next port, everywhere.
	if (ports !== undefined && ports[1] !== ports[0] + 1) return "unsupported";
	// How far packets go is the owner's to say, and the same for all who listen.
	return { kind: "multicast", address, port: ports?.[0] };
}

/** `4588-4589`, or `4588` alone, whose RTCP is then the next one. */
function pair(
	value: string,
	least: number,
	most: number,
): [number, number] | undefined {
	const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(value);
	if (match === null) return undefined;
	const first = Number(match[1]);
	const second = match[2] === undefined ? first + 1 : Number(match[2]);
	const fits = (n: number) => n >= least && n <= most;
	return fits(first) && fits(second) && first !== second
		? [first, second]
		: undefined;
}
