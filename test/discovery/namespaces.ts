import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Command, Reply } from "./peer.ts";

const PEER = fileURLToPath(new URL("peer.ts", import.meta.url));

/** Why no namespaces can be made here, for a test to be skipped with; false when they can. */
export function noNamespaces(): string | false {
	if (process.getuid?.() !== 0) return "network namespaces need root";
	const name = `onvifd-${process.pid}-try`;
	try {
		ip("netns", "add", name);
	} catch {
		return "`ip netns` does not work here";
	}
	try {
		// In a chroot a namespace can be made, but not entered.
		ip("-n", name, "link", "set", "lo", "up");
		return false;
	} catch {
		return "`ip -n` does not work here";
	} finally {
		ip("netns", "del", name);
	}
}

export function ip(...args: string[]): void {
	execFileSync("ip", args, { stdio: ["ignore", "ignore", "pipe"] });
}

interface Client {
	readonly peer: Peer;
	readonly local: string;
	/** The device's address in the client's network. */
	readonly device: string;
}

/** A device with a leg in each of two networks, and a client in each. */
export class TwoNetworks {
	readonly device: Peer;
	readonly clients: readonly Client[];
	readonly #names: string[] = [];

	constructor() {
		try {
			const host = this.#add("device");
			this.clients = ["a", "b"].map((side, at) =>
				this.#addClient(host, side, at + 1),
			);
			this.device = new Peer(host);
		} catch (error) {
			this.#removeNamespaces();
			throw error;
		}
	}

	#addClient(host: string, side: string, net: number): Client {
		const client = this.#add(side);
		const end = `veth-${side}`;
		this.connect(host, end, client, "eth0");
		for (const [prefix, length] of [
			[`10.91.${net}.`, 24],
			[`fd91:${net}::`, 64],
		]) {
			const address = (last: number) => `${prefix}${last}/${length}`;
			// IPv6 would take two seconds to see that nobody else has the address.
			const noDad = length === 64 ? ["nodad"] : [];
			ip("-n", host, "addr", "add", address(1), "dev", end, ...noDad);
			ip("-n", client, "addr", "add", address(2), "dev", "eth0", ...noDad);
		}
		ip("-n", client, "route", "add", "default", "via", `10.91.${net}.1`);
		return {
			peer: new Peer(client),
			local: `10.91.${net}.2`,
			device: `10.91.${net}.1`,
		};
	}

	connect(from: string, end: string, to: string, other: string): void {
		ip(
			"link",
			"add",
			end,
			"netns",
			from,
			"type",
			"veth",
			"peer",
			"name",
			other,
			"netns",
			to,
		);
		ip("-n", from, "link", "set", end, "up");
		ip("-n", to, "link", "set", other, "up");
	}

	async remove(): Promise<void> {
		for (const peer of [this.device, ...this.clients.map((one) => one.peer)])
			await peer.end();
		this.#removeNamespaces();
	}

	#removeNamespaces(): void {
		for (const name of this.#names.splice(0)) ip("netns", "del", name);
	}

	#add(part: string): string {
		const name = `onvifd-${process.pid}-${part}`;
		ip("netns", "add", name);
		this.#names.push(name);
		ip("-n", name, "link", "set", "lo", "up");
		return name;
	}
}

/** A process of ours inside a namespace, doing what peer.ts can. */
export class Peer {
	readonly namespace: string;
	readonly #child: ChildProcess;
	readonly #pending = new Map<number, (reply: Reply) => void>();
	#last = 0;

	constructor(namespace: string) {
		this.namespace = namespace;
		this.#child = spawn(
			"ip",
			["netns", "exec", namespace, process.execPath, "--import", "tsx", PEER],
			{ stdio: ["ignore", "inherit", "inherit", "ipc"] },
		);
		this.#child.on("message", (reply: Reply) => {
			this.#pending.get(reply.id)?.(reply);
			this.#pending.delete(reply.id);
		});
	}

	async do(command: Command): Promise<unknown> {
		this.#last += 1;
		const id = this.#last;
		const { error, result } = await new Promise<Reply>((resolve, reject) => {
			this.#pending.set(id, resolve);
			this.#child.once("exit", () => reject(new Error("the peer is gone")));
			this.#child.send({ id, command });
		});
		this.#child.removeAllListeners("exit");
		if (error !== undefined) throw new Error(error);
		return result;
	}

	async end(): Promise<void> {
		if (this.#child.exitCode !== null) return;
		const gone = new Promise((resolve) => this.#child.once("exit", resolve));
		this.#child.disconnect();
		await gone;
	}
}
