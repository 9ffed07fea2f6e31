import { createHash, createHmac } from "node:crypto";
import type { Clock } from "../system/clock.ts";
import { passwordOf, sameDigest } from "./compare.ts";
import type { EndedSessions } from "./ended-sessions.ts";
import type { User, UserLookup } from "./types.ts";

export interface SessionOptions {
	readonly users: UserLookup;
	readonly clock: Clock;
	/** Of 32 bytes. */
	readonly key: Buffer;
	readonly random: (size: number) => Uint8Array;
	readonly ended: EndedSessions;
}

/** What a browser shows in the place of a login, since it cannot send Digest with everything that a page loads. */
export interface Sessions {
	/** Tells services on one host apart, whose cookies browsers do not. */
	readonly name: string;
	readonly lifetimeSeconds: number;
	issue(user: User): string;
	/** Whose session it is; undefined for one that is forged, over, ended, or of a user who is gone or has another password. */
	find(token: string): User | undefined;
	/** Not to be used any more, after a restart either; resolves when that is written down. What is no session is left alone. */
	end(token: string): Promise<void>;
}

const lifetimeSeconds = 30 * 24 * 3600;
const maxLength = 512;
const form = /^([0-9a-z]{1,11})\.([\w-]{16})\.([\w-]{1,344})\.([\w-]{43})$/;

/**
 * Sessions that need no memory: issue time, a random number and the user's name, signed together with the password of
 * that time. Deleting the user or changing the password ends them.
 */
export function createSessions(options: SessionOptions): Sessions {
	const { users, clock, key, random, ended } = options;

	function find(token: string): User | undefined {
		const parts = token.length <= maxLength ? form.exec(token) : null;
		if (!parts) return undefined;
		const [, issued = "", serial = "", name = "", signature = ""] = parts;
		const { user, password } = passwordOf(
			users,
			Buffer.from(name, "base64url").toString(),
		);
		const signed = sign(`${issued}.${serial}.${name}`, password);
		const right = sameDigest(Buffer.from(signature, "base64url"), signed);
		if (!right || ended.has(serial)) return undefined;
		return isOver(Number.parseInt(issued, 36), clock) ? undefined : user;
	}

	const sign = (head: string, password: string) =>
		createHmac("sha256", key).update(`session\0${head}\0${password}`).digest();

	return {
		name: `onvifd-${createHash("sha256").update(key).digest("hex").slice(0, 8)}`,
		lifetimeSeconds,
		issue(user) {
			const head = [
				secondsOf(clock).toString(36),
				Buffer.from(random(12)).toString("base64url"),
				Buffer.from(user.name).toString("base64url"),
			].join(".");
			return `${head}.${sign(head, user.password).toString("base64url")}`;
		},
		find,
		async end(token) {
			// Strangers' tokens would crowd out those that were ended, and wear out the disk.
			if (find(token) === undefined) return;
			const [, issued = "", serial = ""] = form.exec(token) ?? [];
			await ended.add(serial, Number.parseInt(issued, 36));
		},
	};
}

const secondsOf = (clock: Clock): number =>
	Math.max(0, Math.floor(clock.now() / 1000));

/** One from the future is ours too: a board without battery-backed clock starts in the past. */
export function isOver(issued: number, clock: Clock): boolean {
	return secondsOf(clock) - issued >= lifetimeSeconds;
}
