import { hash, randomBytes, timingSafeEqual } from "node:crypto";
import type { User, UserLookup } from "./types.ts";

/** Compares secrets in a time that tells neither where they differ nor how long the right one is. */
export function sameSecret(given: string, expected: string): boolean {
	return timingSafeEqual(
		hash("sha256", given, "buffer"),
		hash("sha256", expected, "buffer"),
	);
}

/** Compares digests, whose length is no secret, in a time that does not tell where they differ. */
export function sameDigest(given: Buffer, expected: Buffer): boolean {
	return given.length === expected.length && timingSafeEqual(given, expected);
}

const nobodysPassword = randomBytes(16).toString("hex");

/**
 * The password to compute with. An unknown name gets one that nobody has, so that it costs
 * the same work as a known one and its answer takes as long.
 */
export function passwordOf(
	users: UserLookup,
	name: string,
): { readonly user: User | undefined; readonly password: string } {
	const user = users.find(name);
	return { user, password: user?.password ?? nobodysPassword };
}
