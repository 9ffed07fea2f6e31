import { execFileSync } from "node:child_process";
import { ip } from "../discovery/namespaces.ts";

function layCable(camera: string, viewer: string): void {
	ip(
		...["link", "add", "eth0", "netns", camera, "type", "veth"],
		...["peer", "name", "eth0", "netns", viewer],
	);
}

/** A camera and a viewer, each in a network namespace, and the cable between them. */
export class TwoHosts {
	readonly cameraAddress = "10.93.1.1";
	readonly viewerAddress = "10.93.1.2";
	readonly camera: string;
	readonly viewer: string;
	readonly #names: string[] = [];

	/** `lay` makes an eth0 in each of the two namespaces, with something between them. */
	constructor(lay = layCable) {
		try {
			this.camera = this.#add("camera");
			this.viewer = this.#add("viewer");
			lay(this.camera, this.viewer);
			for (const [name, last] of [
				[this.camera, 1],
				[this.viewer, 2],
			] as const) {
				const address = `10.93.1.${last}/24`;
				ip("-n", name, "address", "add", address, "dev", "eth0");
				ip("-n", name, "link", "set", "eth0", "up");
				// Players that name no interface join groups where this leads.
				ip("-n", name, "route", "add", "default", "dev", "eth0");
			}
		} catch (error) {
			this.remove();
			throw error;
		}
	}

	/**
	 * Has the kernel hold 128 kB for a connection at either end: megabytes hide for minutes that nobody reads. Answers
	 * why it cannot be had, for a test to be skipped with.
	 */
	smallBuffers(): string | false {
		try {
			for (const namespace of [this.camera, this.viewer])
				for (const which of ["rmem", "wmem"])
					ip(
						...["netns", "exec", namespace, "sysctl", "-q", "-w"],
						`net.ipv4.tcp_${which}=4096 65536 131072`,
					);
			return false;
		} catch {
			return "sysctl cannot be written here";
		}
	}

	/** Nothing gets through, and nobody is told. */
	cut(): void {
		ip("-n", this.viewer, "link", "set", "eth0", "down");
	}

	mend(): void {
		ip("-n", this.viewer, "link", "set", "eth0", "up");
	}

	/** Why `slow` cannot be had, for a test to be skipped with. */
	cannotSlow(): string | false {
		try {
			this.slow("1mbit");
			this.quick();
			return false;
		} catch {
			return "the kernel has no token bucket filter (sch_tbf)";
		}
	}

	/** What the camera sends is held to so much, with a router's short queue. */
	slow(rate: string): void {
		const queue = ["tbf", "rate", rate, "burst", "5kb", "latency", "100ms"];
		this.#tc("add", ...queue);
	}

	quick(): void {
		this.#tc("del");
	}

	remove(): void {
		for (const name of this.#names.splice(0)) ip("netns", "del", name);
	}

	#tc(verb: string, ...queue: string[]): void {
		const place = ["dev", "eth0", "root"];
		execFileSync("tc", ["-n", this.camera, "qdisc", verb, ...place, ...queue], {
			stdio: ["ignore", "ignore", "pipe"],
		});
	}

	#add(part: string): string {
		const name = `onvifd-${process.pid}-${part}`;
		ip("netns", "add", name);
		this.#names.push(name);
		ip("-n", name, "link", "set", "lo", "up");
		return name;
	}
}
