import { randomUUID } from "node:crypto";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { april2005, networkNamespace, soap12 } from "../discovery/versions.ts";
import { decodeXml } from "../xml/decode.ts";
import { childOf } from "../xml/element.ts";
import { XmlError } from "../xml/error.ts";
import { parseXml } from "../xml/parse.ts";
import { timeLimit } from "./time-limit.ts";

export interface ProbeOptions {
	/** IPv4 address to ask from. */
	readonly from: string;
	/** A device's address, or the group. */
	readonly to: string;
	readonly port: number;
	/** Who is to answer. */
	readonly endpointReference: string;
	readonly limitMs: number;
}

const { discovery, addressing, everybody } = april2005;
/** A device may take its time, and a datagram may be lost: ask again. */
const repeatMs = 1000;

/** Probes for video transmitters as a client does; the XAddrs that the device answers with, undefined for no answer. */
export async function probe(
	options: ProbeOptions,
): Promise<readonly string[] | undefined> {
	const { from, to, port, limitMs } = options;
	const socket = createSocket("udp4");
	try {
		socket.bind(0, from);
		await once(socket, "listening");
		if (to.startsWith("239.")) {
			socket.setMulticastInterface(from);
			socket.setMulticastTTL(1);
		}
		return await new Promise((resolve, reject) => {
			const ids = new Set<string>();
			const ask = () => {
				const id = `urn:uuid:${randomUUID()}`;
				ids.add(id);
				socket.send(writeProbe(id), port, to, (error) => {
					if (error !== null) end(() => reject(error));
				});
			};
			const repeat = setInterval(ask, repeatMs);
			const callOff = timeLimit(limitMs, () => end(() => resolve(undefined)));
			const end = (settle: () => void) => {
				clearInterval(repeat);
				callOff();
				settle();
			};
			socket.on("error", (error) => end(() => reject(error)));
			socket.on("message", (datagram) => {
				const xaddrs = matchIn(datagram, ids, options.endpointReference);
				if (xaddrs) end(() => resolve(xaddrs));
			});
			ask();
		});
	} finally {
		socket.close();
	}
}

function writeProbe(id: string): string {
	return `<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="${soap12}" xmlns:a="${addressing}" xmlns:d="${discovery}" xmlns:dn="${networkNamespace}"><s:Header><a:Action>${discovery}/Probe</a:Action><a:MessageID>${id}</a:MessageID><a:To>${everybody}</a:To></s:Header><s:Body><d:Probe><d:Types>dn:NetworkVideoTransmitter</d:Types></d:Probe></s:Body></s:Envelope>`;
}

/** The XAddrs of the device in an answer to one of ours; others' answers and broken ones are none. */
function matchIn(
	datagram: Buffer,
	ids: ReadonlySet<string>,
	endpointReference: string,
): readonly string[] | undefined {
	try {
		const envelope = parseXml(decodeXml(datagram));
		const header = childOf(envelope, soap12, "Header");
		const related = header && childOf(header, addressing, "RelatesTo");
		if (!ids.has(related?.text.trim() ?? "")) return undefined;
		const body = childOf(envelope, soap12, "Body");
		const matches = body && childOf(body, discovery, "ProbeMatches");
		for (const match of matches?.children ?? []) {
			const reference = childOf(match, addressing, "EndpointReference");
			const address = reference && childOf(reference, addressing, "Address");
			if (address?.text.trim() === endpointReference)
				return childOf(match, discovery, "XAddrs")?.text.match(/\S+/g) ?? [];
		}
	} catch (error) {
		if (!(error instanceof XmlError)) throw error;
	}
	return undefined;
}
