import { openUdpPair, type UdpPair } from "./udp-pair.ts";

interface Shared {
	readonly opening: Promise<UdpPair>;
	users: number;
}

export interface UdpLease {
	readonly pair: UdpPair;
	/** Idempotent. The last one to go closes the ports. */
	release(): void;
}

/**
 * The server's UDP ports: a pair for each of the host's addresses that viewers connected to, so
 * that a multi-homed host answers from the address that was asked.
 */
export class UdpPorts {
	readonly #pairs = new Map<string, Shared>();
	readonly #onError: (error: Error) => void;

	constructor(onError: (error: Error) => void) {
		this.#onError = onError;
	}

	async lease(localAddress: string): Promise<UdpLease> {
		let shared = this.#pairs.get(localAddress);
		if (shared === undefined) {
			shared = {
				opening: openUdpPair(localAddress, this.#onError),
				users: 0,
			};
			this.#pairs.set(localAddress, shared);
		}
		shared.users++;
		try {
			const pair = await shared.opening;
			return { pair, release: this.#releaser(localAddress, shared, pair) };
		} catch (error) {
			if (this.#pairs.get(localAddress) === shared)
				this.#pairs.delete(localAddress);
			throw error;
		}
	}

	#releaser(localAddress: string, shared: Shared, pair: UdpPair): () => void {
		let released = false;
		return () => {
			if (released) return;
			released = true;
			if (--shared.users > 0) return;
			this.#pairs.delete(localAddress);
			pair.close();
		};
	}
}
