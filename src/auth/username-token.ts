import { hash } from "node:crypto";
import type { Clock } from "../system/clock.ts";
import { passwordOf, sameDigest, sameSecret } from "./compare.ts";
import { createReplayCache } from "./replay-cache.ts";
import type {
	AuthResult,
	User,
	UserLookup,
	UsernameToken,
	UsernameTokenAuth,
} from "./types.ts";

export interface UsernameTokenOptions {
	readonly users: UserLookup;
	readonly clock: Clock;
	/**
	 * Accept passwords in clear text, with or without Nonce and Created (a Frigate set-up tries them second,
	 * ZoneMinder too). Off by default: SECURITY-1-1-1 of ONVIF's test specification asks for a refusal.
	 */
	readonly allowPasswordText?: boolean;
	/** How far Created may lie from the clock, either way; five minutes if not given (WSS UsernameToken Profile 1.1, 3.1). */
	readonly createdWindowMs?: number;
	/** Tokens remembered against replay; 4096 if not given. */
	readonly nonceCacheSize?: number;
}

const maxNonceBytes = 256;
const maxTextLength = 1024;

function refused(reason: string) {
	return {
		kind: "refused",
		reason: `WS-Security ${reason}`,
		stale: false,
	} as const;
}

function wrong(user: User | undefined): AuthResult {
	const reason = user ? "password is wrong" : "user is unknown";
	return { ...refused(reason), guess: true };
}

function accepted(user: User): AuthResult {
	return {
		kind: "authenticated",
		identity: { name: user.name, level: user.level },
	};
}

/** Padded base64 (RFC 4648, 4); white space around and within is XML's. */
export function readBase64(text: string): Buffer | undefined {
	const packed = text.replace(/[ \t\r\n]+/g, "");
	if (packed.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(packed))
		return undefined;
	return Buffer.from(packed, "base64");
}

const dateTime =
	/^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d{1,12})?(Z|[+-]\d\d:\d\d)?$/;

/**
 * Milliseconds since 1970 of an xs:dateTime, or undefined. Without a zone it is UTC (WSS UsernameToken Profile 1.1, 3.1);
 * python-onvif-zeep writes +00:00, most others Z.
 */
export function readCreated(text: string): number | undefined {
	const match = dateTime.exec(text);
	if (!match) return undefined;
	const [, year, month, day, hour, minute, second, fraction, zone] = match;
	const local = Date.UTC(
		Number(year),
		Number(month) - 1,
		Number(day),
		Number(hour),
		Number(minute),
		Number(second),
	);
	const date = new Date(local);
	// 30 February would be 1 March, and 25 o'clock the next day.
	if (
		date.getUTCMonth() + 1 !== Number(month) ||
		date.getUTCDate() !== Number(day) ||
		Number(minute) > 59 ||
		Number(second) > 59
	)
		return undefined;
	const milliseconds = Math.floor(Number(fraction ?? 0) * 1000);
	return local + milliseconds - zoneOffset(zone);
}

function zoneOffset(zone: string | undefined): number {
	if (zone === undefined || zone === "Z") return 0;
	const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6));
	return (zone.startsWith("-") ? -minutes : minutes) * 60_000;
}

/** "2 h", "45 s": the size of a difference, as one says it. */
export function roughly(milliseconds: number): string {
	const seconds = Math.round(milliseconds / 1000);
	if (seconds < 120) return `${seconds} s`;
	if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
	if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`;
	return `${Math.round(seconds / 86_400)} days`;
}

function skewReason(skewMs: number): string {
	const side = skewMs > 0 ? "in the future" : "in the past";
	return `Created is ${roughly(Math.abs(skewMs))} ${side}: the clocks differ`;
}

/** SHA-1(nonce + created + password) (WSS UsernameToken Profile 1.1, 3.1). */
function passwordDigest(
	nonce: Buffer,
	created: string,
	password: Buffer,
): Buffer {
	const text = Buffer.concat([nonce, Buffer.from(created), password]);
	return hash("sha1", text, "buffer");
}

/** Whether one of the password's encodings gives this digest. */
function digestMatches(
	given: Buffer,
	nonce: Buffer,
	created: string,
	password: string,
): boolean {
	const utf8 = Buffer.from(password);
	if (sameDigest(given, passwordDigest(nonce, created, utf8))) return true;
	// npm onvif hashes "passwört" as ISO 8859-1.
	const latin1 = Buffer.from(password, "latin1");
	if (latin1.length === utf8.length) return false;
	return sameDigest(given, passwordDigest(nonce, created, latin1));
}

/** WS-UsernameToken (Core spec 26.06, 5.9.5): digest, nonce and creation time, each token good once. */
export function createUsernameTokenAuth(
	options: UsernameTokenOptions,
): UsernameTokenAuth {
	const { users, clock, allowPasswordText = false } = options;
	const windowMs = options.createdWindowMs ?? 300_000;
	const used = createReplayCache(options.nonceCacheSize ?? 4096);

	function verifyText(username: string, given: string): AuthResult {
		if (!allowPasswordText)
			return refused("PasswordText is not allowed: use PasswordDigest");
		const { user, password } = passwordOf(users, username);
		const right = sameSecret(given, password);
		if (!right || !user) return wrong(user);
		return accepted(user);
	}

	function verifyDigest(token: UsernameToken, digest: string): AuthResult {
		if (!token.nonce) return refused("Nonce is missing");
		if (!token.created) return refused("Created is missing");
		const nonce = readBase64(token.nonce);
		if (!nonce || nonce.length > maxNonceBytes)
			return refused("Nonce is not base64 of 1 to 256 bytes");
		const createdText = token.created.trim();
		const created = readCreated(createdText);
		if (created === undefined) return refused("Created is not a date and time");
		const given = readBase64(digest);
		if (given?.length !== 20)
			return refused("PasswordDigest is not base64 of 20 bytes");
		const { user, password } = passwordOf(users, token.username);
		const right = digestMatches(given, nonce, createdText, password);
		if (!right || !user) return wrong(user);
		const now = clock.now();
		if (Math.abs(created - now) > windowMs)
			return refused(skewReason(created - now));
		// The digest covers nonce, creation time and password, however they are spelt: it names the token.
		const fresh = used.add(given.toString("base64"), created, {
			notBefore: now - windowMs,
			notAfter: now + windowMs,
		});
		return fresh ? accepted(user) : refused("token was used before: a replay");
	}

	return {
		verify(token) {
			const { username, password, passwordType, nonce, created } = token;
			const lengths = [username, password, passwordType, nonce, created];
			if (lengths.some((text) => (text?.length ?? 0) > maxTextLength))
				return refused("UsernameToken is too long");
			if (username === "") return refused("Username is empty");
			if (password === undefined) return refused("Password is missing");
			const type = passwordType?.slice(passwordType.lastIndexOf("#") + 1);
			if (type === "PasswordDigest") return verifyDigest(token, password);
			if (type === undefined || type === "PasswordText")
				return verifyText(username, password);
			return refused("Password has an unknown Type");
		},
	};
}
