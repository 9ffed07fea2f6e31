import { readBasicHeader } from "./basic.ts";
import { readDigestHeader } from "./digest-header.ts";

/** Whom an `Authorization` header claims to come from; undefined where it cannot be read. */
export function nameIn(header: string): string | undefined {
	const digest = readDigestHeader(header);
	return typeof digest === "string"
		? readBasicHeader(header)?.name
		: digest.username;
}
