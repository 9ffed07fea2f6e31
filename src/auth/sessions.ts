import { createHash, createHmac } from "node:crypto";
import type { Clock } from "../system/clock.ts";
import { passwordOf, sameDigest } from "./compare.ts";
import type { User, UserLookup } from "./types.ts";

export interface SessionOptions {
	readonly users: UserLookup;
	readonly clock: Clock;
	/** Of 32 bytes. */
	readonly key: Buffer;
	readonly random: (size: number) => Uint8Array;
}

/** What a browser shows in the place of a login, since it cannot send Digest with everything that a page loads. */
export interface Sessions {
	/** Tells services on one host apart, whose cookies browsers do not. */
	readonly name: string;
	readonly lifetimeSeconds: number;
	issue(user: User): string;
	/** Whose session it is; undefined for one that is forged, over, ended, or of a user who is gone or has another password. */
	find(token: string): User | undefined;
	/** Not to be used any more; remembered until the service ends. */
	end(token: string): void;
}

const lifetimeSeconds = 30 * 24 * 3600;
/** Of the ended ones the latest; those before are gone from their browsers all the same. */
const endedCapacity = 1024;
const maxLength = 512;
const form = /^([0-9a-z]{1,11})\.([\w-]{16})\.([\w-]{1,344})\.([\w-]{43})$/;

/**
 * Sessions that need no memory: issue time, a random number and the user's name, signed together with the password of
 * that time. Deleting the user or changing the password ends them.
 */
export function createSessions(options: SessionOptions): Sessions {
	const { users, clock, key, random } = options;
	const ended = new Set<string>();
	const seconds = () => Math.max(0, Math.floor(clock.now() / 1000));

	const sign = (head: string, password: string) =>
		createHmac("sha256", key).update(`session\0${head}\0${password}`).digest();

	return {
		name: `onvifd-${createHash("sha256").update(key).digest("hex").slice(0, 8)}`,
		lifetimeSeconds,
		issue(user) {
			const head = [
				seconds().toString(36),
				Buffer.from(random(12)).toString("base64url"),
				Buffer.from(user.name).toString("base64url"),
			].join(".");
			return `${head}.${sign(head, user.password).toString("base64url")}`;
		},
		find(token) {
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
			// One from the future is ours too: a board without battery-backed clock starts in the past.
			const age = seconds() - Number.parseInt(issued, 36);
			return age < lifetimeSeconds ? user : undefined;
		},
		end(token) {
			const serial = form.exec(token.slice(0, maxLength))?.[2];
			if (serial === undefined) return;
			ended.add(serial);
			const [oldest = ""] = ended;
			if (ended.size > endedCapacity) ended.delete(oldest);
		},
	};
}
