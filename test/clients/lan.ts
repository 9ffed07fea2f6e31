import assert from "node:assert/strict";
import { ip } from "../discovery/namespaces.ts";
import { run } from "../helpers/run.ts";

/** Hosts on one Ethernet, each a network namespace, joined by a bridge in one more. */
export class Lan {
	readonly #bridge: string;
	readonly #names: string[] = [];

	/** Each gets 10.93.0.n and fd93::n on its eth0, n counting from 1. */
	constructor(...hosts: readonly string[]) {
		this.#bridge = this.#add("bridge");
		try {
			ip("-n", this.#bridge, "link", "add", "br0", "type", "bridge");
			ip("-n", this.#bridge, "link", "set", "br0", "up");
			for (const [index, host] of hosts.entries()) this.#join(host, index + 1);
		} catch (error) {
			this.remove();
			throw error;
		}
	}

	/** The namespace of a host. */
	of(host: string): string {
		return `onvifd-${process.pid}-${host}`;
	}

	/** The line that runs a program on a host. */
	on(host: string, ...line: readonly string[]): [string, ...string[]] {
		return ["ip", "netns", "exec", this.of(host), ...line];
	}

	/** Runs a program on a host to its end; answers what it wrote. */
	async run(host: string, ...line: readonly string[]): Promise<string> {
		const [file, ...args] = this.on(host, ...line);
		const { code, stdout, stderr } = await run(file, args);
		assert.equal(code, 0, stderr);
		return stdout.toString();
	}

	/** How many datagrams a host threw away because its programs did not read them in time. */
	async lost(host: string): Promise<number> {
		const [names = "", values = ""] = (
			await this.run(host, "grep", "^Udp: ", "/proc/net/snmp")
		).split("\n");
		const at = names.split(" ").indexOf("RcvbufErrors");
		return Number(values.split(" ")[at] ?? 0);
	}

	/** The groups that a host listens to on its eth0. */
	async groups(host: string): Promise<readonly string[]> {
		const shown = await this.run(host, "ip", "maddress", "show", "dev", "eth0");
		return [...shown.matchAll(/inet6?\s+(\S+)/g)].map(
			([, group = ""]) => group,
		);
	}

	/** One more host, on a cable of its own to another one's eth1: 10.94.0.1 there, 10.94.0.2 here. */
	addFar(host: string, to: string): void {
		const name = this.#add(host);
		const cable = ["link", "add", "eth0", "netns", name, "type", "veth"];
		ip(...cable, "peer", "name", "eth1", "netns", this.of(to));
		for (const [where, end, n] of [
			[this.of(to), "eth1", 1],
			[name, "eth0", 2],
		] as const) {
			ip("-n", where, "addr", "add", `10.94.0.${n}/24`, "dev", end);
			ip("-n", where, "link", "set", end, "up");
		}
		ip("-n", name, "route", "add", "default", "dev", "eth0");
	}

	remove(): void {
		for (const name of this.#names.splice(0)) ip("netns", "del", name);
	}

	#add(host: string): string {
		const name = this.of(host);
		ip("netns", "add", name);
		this.#names.push(name);
		ip("-n", name, "link", "set", "lo", "up");
		return name;
	}

	#join(host: string, n: number): void {
		const name = this.#add(host);
		const cable = ["link", "add", "eth0", "netns", name, "type", "veth"];
		ip(...cable, "peer", "name", `port${n}`, "netns", this.#bridge);
		ip("-n", this.#bridge, "link", "set", `port${n}`, "master", "br0", "up");
		ip("-n", name, "addr", "add", `10.93.0.${n}/24`, "dev", "eth0");
		// IPv6 would take two seconds to see that nobody else has the address.
		ip("-n", name, "addr", "add", `fd93::${n}/64`, "dev", "eth0", "nodad");
		ip("-n", name, "link", "set", "eth0", "up");
		// Players that name no interface join groups where this leads.
		ip("-n", name, "route", "add", "default", "dev", "eth0");
	}
}
