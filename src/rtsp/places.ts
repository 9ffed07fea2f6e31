import type { Duplex } from "node:stream";
import type { RtspLimits } from "./limits.ts";

/** How many connections there may be, in all and from one address. */
export class Places {
	readonly #limits: RtspLimits;
	readonly #makeRoom: (address: string | undefined) => boolean;
	readonly #perAddress = new Map<string, number>();
	#taken = 0;

	/** @param makeRoom closes a connection that nobody needs, from that address where there is one; whether there was one */
	constructor(
		limits: RtspLimits,
		makeRoom: (address: string | undefined) => boolean,
	) {
		this.#limits = limits;
		this.#makeRoom = makeRoom;
	}

	/** Whether there was a place; it is free again when the socket is closed. */
	take(socket: Duplex, address: string): boolean {
		const before = this.#perAddress.get(address) ?? 0;
		const { connections, connectionsPerAddress } = this.#limits;
		if (before >= connectionsPerAddress && !this.#makeRoom(address))
			return false;
		if (this.#taken >= connections && !this.#makeRoom(undefined)) return false;
		this.#taken++;
		this.#perAddress.set(address, (this.#perAddress.get(address) ?? 0) + 1);
		socket.once("close", () => this.#leave(address));
		return true;
	}

	#leave(address: string): void {
		this.#taken--;
		const left = (this.#perAddress.get(address) ?? 1) - 1;
		if (left > 0) this.#perAddress.set(address, left);
		else this.#perAddress.delete(address);
	}
}
