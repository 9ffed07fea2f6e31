import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { plainAddress } from "../system/plain-address.ts";

/** Both ends of a connection; IPv4 addresses are dotted, also on a socket for both families. */
export interface Ends {
	readonly localAddress: string;
	readonly localPort: number;
	readonly remoteAddress: string;
	readonly remotePort: number;
}

/** Undefined for a connection that is gone already. */
export function endsOf(socket: Socket): Ends | undefined {
	const { localAddress, localPort, remoteAddress, remotePort } = socket;
	if (!localAddress || !localPort || !remoteAddress || !remotePort)
		return undefined;
	return {
		localAddress: plainAddress(localAddress),
		localPort,
		remoteAddress: plainAddress(remoteAddress),
		remotePort,
	};
}

/** `host:port`, as URLs write it. */
export function hostPort(address: string, port: number): string {
	return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

/** Whether nobody on the way can read it: TLS. */
export function isSecure(socket: Duplex): boolean {
	return "encrypted" in socket && socket.encrypted === true;
}
