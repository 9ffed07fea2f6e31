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
		ip("netns", "del", name);
		return false;
	} catch {
		return "`ip netns` does not work here";
	}
}

export function ip(...args: string[]): void {
	execFileSync("ip", args, { stdio: ["ignore", "ignore", "pipe"] });
}

/** A device with a leg in each of two networks, and a client in each. */
export class TwoNetworks {
	readonly device: Peer;
	readonly clients: readonly { peer: Peer; local: string; device: string }[];
	readonly #names: string[] = [];

	constructor() {
		const host = this.#add("device");
		const sides = ["a", "b"].map((side, at) => {
			const client = this.#add(side);
			const net = `10.91.${at + 1}`;
			this.connect(host, `veth-${side}`, client, "eth0");
			ip("-n", host, "addr", "add", `${net}.1/24`, "dev", `veth-${side}`);
			ip("-n", client, "addr", "add", `${net}.2/24`, "dev", "eth0");
			const net6 = `fd91:${at + 1}::`;
			ip(
				"-n",
				host,
				"addr",
				"add",
				`${net6}1/64`,
				"dev",
				`veth-${side}`,
				"nodad",
			);
			ip("-n", client, "addr", "add", `${net6}2/64`, "dev", "eth0", "nodad");
			ip("-n", client, "route", "add", "default", "via", `${net}.1`);
			return { client, local: `${net}.2`, device: `${net}.1` };
		});
		this.device = new Peer(host);
		this.clients = sides.map(({ client, local, device }) => ({
			peer: new Peer(client),
			local,
			device,
		}));
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
		for (const name of this.#names) ip("netns", "del", name);
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
