import { createPrivateKey, X509Certificate } from "node:crypto";
import { CannotStart } from "../system/cannot-start.ts";

/** What a TLS server shows and proves itself with; both PEM. */
export interface Credentials {
	/** The server's certificate; others that lead to a known one may follow. */
	readonly certificate: string;
	readonly key: string;
	/** When clients stop believing it: milliseconds since 1970. */
	readonly validTo: number;
}

/** Reads what the owner configured or the service made before. Throws an Error with one line of why not, and nothing of the key. */
export function readCredentials(certificate: string, key: string): Credentials {
	const parsed = orWhy("it holds no certificate (PEM)", () => {
		return new X509Certificate(certificate);
	});
	const secret = orWhy("its key is no private key (PEM, no password)", () =>
		createPrivateKey(key),
	);
	if (!parsed.checkPrivateKey(secret))
		throw new Error("certificate and key do not belong together");
	return { certificate, key, validTo: Date.parse(parsed.validTo) };
}

function orWhy<Value>(reason: string, read: () => Value): Value {
	try {
		return read();
	} catch {
		// OpenSSL's own words tell no owner anything, and might quote the key.
		throw new Error(reason);
	}
}

/** Why a file of the owner's cannot be used; `key` is where the configuration names it. */
export function credentialTrouble(
	key: string,
	path: string,
	error: unknown,
): CannotStart {
	const code = error instanceof Error && "code" in error ? error.code : "";
	const reasons: Readonly<Record<string, string>> = {
		ENOENT: "there is no such file",
		EACCES: "this user may not read it",
		EISDIR: "it is a folder",
	};
	const reason =
		reasons[String(code)] ??
		(error instanceof Error ? error.message : String(error));
	return new CannotStart(
		`${key} in the configuration, ${path}, cannot be used: ${reason}`,
	);
}
