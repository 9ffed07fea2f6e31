import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { networkInterfaces } from "node:os";
import type { TestContext } from "node:test";
import type { Group } from "./streaming-device.ts";

/** Who listens to a group, and does nothing else. */
export class Ear {
	readonly #rtp: Buffer[] = [];
	readonly #rtcp: Buffer[] = [];

	/** By the interface that holds `host`. It ends with the test. */
	static async open(t: TestContext, group: Group, host: string): Promise<Ear> {
		const ear = new Ear();
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

	/** What was heard is forgotten. */
	clear(): void {
		this.#rtp.length = 0;
		this.#rtcp.length = 0;
	}
}

async function joined({ address, port }: Group, host: string): Promise<Socket> {
	const six = address.includes(":");
	const socket = createSocket({
		type: six ? "udp6" : "udp4",
		reuseAddr: true,
	});
	const listening = once(socket, "listening");
	// Bound to the group: of another group at this port nothing comes.
	socket.bind(port, address);
	await listening;
	const name = Object.entries(networkInterfaces()).find(([, addresses]) =>
		addresses?.some((one) => one.address === host),
	)?.[0];
	socket.addMembership(address, six ? `::%${name}` : ipv4Of(name));
	return socket;
}

function ipv4Of(name: string | undefined): string | undefined {
	return networkInterfaces()[name ?? ""]?.find(
		({ family }) => family === "IPv4",
	)?.address;
}
