import { generateKeyPairSync } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../system/clock.ts";
import type { Log } from "../system/log.ts";
import { replaceFile } from "../system/replace-file.ts";
import type { Subject } from "./certificate-request.ts";
import { type Credentials, readCredentials } from "./credentials.ts";
import { makeCertificate } from "./make-certificate.ts";

export interface OwnCertificateOptions {
	/** Where key and certificate are kept, readable by their owner alone. */
	readonly folder: string;
	/** Looked at when a certificate is made. */
	readonly subject: () => Subject;
	readonly clock: Clock;
	readonly log: Log;
}

/** So long before its end a certificate is replaced. */
const early = 60 * 24 * 3_600_000;

export function isDue({ validTo }: Credentials, now: number): boolean {
	return now > validTo - early;
}

/**
 * The certificate that the service made itself, or makes now: where there is none, it is no longer good, or ends soon.
 * Its key is kept all along, so that clients who remembered that go on. Rejects with CannotStart.
 */
export async function ownCertificate(
	options: OwnCertificateOptions,
): Promise<Credentials> {
	const { folder, subject, clock, log } = options;
	const keyFile = join(folder, "key.pem");
	const certificateFile = join(folder, "certificate.pem");
	const kept = await keptCredentials(certificateFile, keyFile);
	if (kept && !isDue(kept, clock.now())) return kept;
	const key = kept?.key ?? (await newKey(keyFile));
	const certificate = await makeCertificate(
		subject(),
		keyFile,
		join(folder, "openssl.cnf"),
	);
	const made = readCredentials(certificate, key);
	await replaceFile(certificateFile, certificate);
	log.info(kept ? "certificate renewed" : "certificate made", {
		file: certificateFile,
		validTo: new Date(made.validTo).toISOString().slice(0, 10),
	});
	return made;
}

/** Undefined where files are missing, or hold something else: made anew, they do no harm to anybody's data. */
async function keptCredentials(
	certificateFile: string,
	keyFile: string,
): Promise<Credentials | undefined> {
	try {
		const [certificate, key] = await Promise.all(
			[certificateFile, keyFile].map((file) => readFile(file, "utf8")),
		);
		return readCredentials(certificate ?? "", key ?? "");
	} catch {
		return undefined;
	}
}

/** P-256: on a small board a handshake costs a tenth of RSA's. */
async function newKey(file: string): Promise<string> {
	const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
	const key = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
	await replaceFile(file, key);
	return key;
}
