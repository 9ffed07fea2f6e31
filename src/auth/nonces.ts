import { createHmac, timingSafeEqual } from "node:crypto";
import type { Clock } from "../system/clock.ts";

/** How a nonce may be used with this request. */
export type NonceVerdict = "fresh" | "expired" | "replayed";

export interface NonceOptions {
	readonly clock: Clock;
	/** Random bytes for the signing key. */
	readonly random: (size: number) => Uint8Array;
	/** How long an issued nonce waits for its next use. */
	readonly lifetimeMs: number;
	/** Nonces whose use is remembered at a time. */
	readonly capacity: number;
}

export interface Nonces {
	issue(): string;
	/**
	 * Call only when the digest was right: an entry is kept for the nonce, and strangers must not fill the table.
	 * `count` is nc; undefined is a client without qop, whose nonce serves once or,
	 * if `reusable`, as long as it is used within its lifetime.
	 */
	use(
		nonce: string,
		count: number | undefined,
		reusable: boolean,
	): NonceVerdict;
}

/** Sixteen bytes tell any nonce of ours from a made-up one; 26 in hexadecimal, which needs no quotes or padding anywhere. */
const signatureLength = 16;
const nonceLength = 52;
/** Clients with several connections send counts out of order, by no more than their connections. */
const countWindow = 32;

interface Use {
	serial: number;
	usedAt: number;
	highest: number;
	/** Bit n: the count `highest - n` was seen. */
	seen: number;
}

function countIsNew(use: Use, count: number): boolean {
	if (count > use.highest) {
		const shift = count - use.highest;
		use.seen = shift < countWindow ? (use.seen << shift) | 1 : 1;
		use.highest = count;
		return true;
	}
	const age = use.highest - count;
	if (age >= countWindow || (use.seen >>> age) & 1) return false;
	use.seen |= 1 << age;
	return true;
}

/**
 * Nonces that need no memory until a digest was right: issue time and serial number, signed with a key
 * of this process. Remembered uses are bounded; what had to be forgotten counts as expired, so
 * that no use can be repeated.
 */
export function createNonces(options: NonceOptions): Nonces {
	const { clock, lifetimeMs, capacity } = options;
	const key = Buffer.from(options.random(32));
	const uses = new Map<number, Use>();
	let lastSerial = 0;
	let forgottenUpTo = 0;

	const sign = (head: Buffer): Buffer =>
		createHmac("sha256", key)
			.update(head)
			.digest()
			.subarray(0, signatureLength);

	function read(
		nonce: string,
	): { issuedAt: number; serial: number } | undefined {
		if (nonce.length !== nonceLength) return undefined;
		const bytes = Buffer.from(nonce, "hex");
		if (bytes.length * 2 !== nonceLength) return undefined;
		const head = bytes.subarray(0, 10);
		if (!timingSafeEqual(bytes.subarray(10), sign(head))) return undefined;
		return { issuedAt: head.readUIntBE(0, 6), serial: head.readUInt32BE(6) };
	}

	function makeRoom(now: number): void {
		if (uses.size < capacity) return;
		let oldest = Number.POSITIVE_INFINITY;
		for (const use of uses.values()) {
			if (now - use.usedAt > lifetimeMs) uses.delete(use.serial);
			else oldest = Math.min(oldest, use.serial);
		}
		if (uses.size < capacity) return;
		uses.delete(oldest);
		forgottenUpTo = Math.max(forgottenUpTo, oldest);
	}

	return {
		issue() {
			lastSerial = (lastSerial + 1) >>> 0;
			const head = Buffer.alloc(10);
			head.writeUIntBE(Math.floor(clock.monotonic()), 0, 6);
			head.writeUInt32BE(lastSerial, 6);
			return Buffer.concat([head, sign(head)]).toString("hex");
		},
		use(nonce, count, reusable) {
			const issued = read(nonce);
			if (!issued) return "expired";
			const now = clock.monotonic();
			const known = uses.get(issued.serial);
			if (now - (known?.usedAt ?? issued.issuedAt) > lifetimeMs)
				return "expired";
			if (!known) {
				if (issued.serial <= forgottenUpTo) return "expired";
				makeRoom(now);
				uses.set(issued.serial, {
					serial: issued.serial,
					usedAt: now,
					highest: count ?? 0,
					seen: 1,
				});
				return "fresh";
			}
			const fresh = count === undefined ? reusable : countIsNew(known, count);
			if (fresh) known.usedAt = now;
			return fresh ? "fresh" : "replayed";
		},
	};
}
