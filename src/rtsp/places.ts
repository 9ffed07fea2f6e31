import type { Duplex } from "node:stream";
import type { RtspLimits } from "./limits.ts";

/** How many connections there may be, in all and from one address. */
export class Places {
	readonly #limits: RtspLimits;
	readonly #onFull: (address: string) => void;
	readonly #perAddress = new Map<string, number>();
	#taken = 0;
	#told = false;

	/** @param onFull hears of the first that is turned away, until somebody leaves */
	constructor(limits: RtspLimits, onFull: (address: string) => void) {
		this.#limits = limits;
		this.#onFull = onFull;
	}

	/** Whether there was a place; it is free again when the socket is closed. */
	take(socket: Duplex, address: string): boolean {
		const before = this.#perAddress.get(address) ?? 0;
		const { connections, connectionsPerAddress } = this.#limits;
		if (this.#taken >= connections || before >= connectionsPerAddress) {
			if (!this.#told) this.#onFull(address);
			this.#told = true;
			return false;
		}
		this.#taken++;
		this.#perAddress.set(address, before + 1);
		socket.once("close", () => this.#leave(address));
		return true;
	}

	#leave(address: string): void {
		this.#taken--;
		const left = (this.#perAddress.get(address) ?? 1) - 1;
		if (left > 0) this.#perAddress.set(address, left);
		else this.#perAddress.delete(address);
		this.#told = false;
	}
}
