import { randomBytes } from "node:crypto";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { networkInterfaces } from "node:os";
import type { TestContext } from "node:test";
import { until } from "../helpers/media.ts";
import type { Group } from "./streaming-device.ts";

/** Who listens to a group, and does nothing else. */
export class Ear {
	readonly #group: Group;
	readonly #host: string;
	readonly #rtp: Buffer[] = [];
	readonly #rtcp: Buffer[] = [];

	private constructor(group: Group, host: string) {
		this.#group = group;
		this.#host = host;
	}

	/** By the interface that holds `host`. It ends with the test. */
	static async open(t: TestContext, group: Group, host: string): Promise<Ear> {
		const ear = new Ear(group, host);
		for (const [port, packets] of [
			[group.port, ear.#rtp],
			[group.port + 1, ear.#rtcp],
		] as const) {
			const socket = await joined({ ...group, port }, host);
			t.after(() => socket.close());
			socket.on("message", (packet) => packets.push(packet));
		}
		return ear;
	}

	readonly received = () => ({ rtp: [...this.#rtp], rtcp: [...this.#rtcp] });

	/** Hears all that was sent to the group so far, behind which comes what one says oneself now; it is forgotten. */
	async clear(): Promise<void> {
		const { address, port } = this.#group;
		const mark = randomBytes(16);
		const mouth = createSocket(address.includes(":") ? "udp6" : "udp4");
		try {
			mouth.bind();
			await once(mouth, "listening");
			mouth.setMulticastInterface(wayTo(address, this.#host) ?? "");
			mouth.send(mark, port, address);
			await until(
				() => this.#rtp.some((packet) => packet.equals(mark)),
				"what one says oneself",
			);
		} finally {
			mouth.close();
		}
		this.#rtp.length = 0;
		this.#rtcp.length = 0;
	}
}

async function joined({ address, port }: Group, host: string): Promise<Socket> {
	const socket = createSocket({
		type: address.includes(":") ? "udp6" : "udp4",
		reuseAddr: true,
	});
	const listening = once(socket, "listening");
	// Bound to the group: of another group at this port nothing comes.
	socket.bind(port, address);
	await listening;
	socket.addMembership(address, wayTo(address, host));
	return socket;
}

/** The interface that holds `host`, as sockets of the group's family want it named. */
function wayTo(group: string, host: string): string | undefined {
	const [name, addresses] =
		Object.entries(networkInterfaces()).find(([, all]) =>
			all?.some((one) => one.address === host),
		) ?? [];
	return group.includes(":")
		? `::%${name}`
		: addresses?.find(({ family }) => family === "IPv4")?.address;
}
