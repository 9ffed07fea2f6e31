import { readFile } from "node:fs/promises";
import type { Clock } from "../system/clock.ts";
import type { Log } from "../system/log.ts";
import {
	type Credentials,
	credentialTrouble,
	readCredentials,
} from "./credentials.ts";
import {
	isDue,
	type OwnCertificateOptions,
	ownCertificate,
} from "./own-certificate.ts";

export interface CertificatesOptions extends OwnCertificateOptions {
	/** The owner's files; both or none. */
	readonly certificate: string | null;
	readonly key: string | null;
}

/** What TLS servers show: as long as the service runs, one that is good. */
export interface Certificates {
	readonly current: Credentials;
	/** Tells of another one that stands in its place from now on; what it answers ends that. */
	onRenewed(listener: (credentials: Credentials) => void): () => void;
	close(): void;
}

/** A board without a clock may learn only after its start that years have passed. */
const lookMs = 3_600_000;
const soon = 14 * 24 * 3_600_000;

/** The owner's certificate, read now and not again before the next start, or one that the service makes. Rejects with CannotStart. */
export async function openCertificates(
	options: CertificatesOptions,
): Promise<Certificates> {
	const { certificate, key, clock, log } = options;
	if (certificate !== null && key !== null) {
		const current = await configured(certificate, key);
		warnOfEnd(current, certificate, clock, log);
		return { current, onRenewed: () => () => {}, close: () => {} };
	}
	return new OwnCertificates(await ownCertificate(options), options);
}

class OwnCertificates implements Certificates {
	current: Credentials;
	readonly #options: OwnCertificateOptions;
	readonly #listeners = new Set<(credentials: Credentials) => void>();
	readonly #timer: NodeJS.Timeout;

	constructor(current: Credentials, options: OwnCertificateOptions) {
		this.current = current;
		this.#options = options;
		this.#timer = setInterval(() => void this.#look(), lookMs).unref();
	}

	onRenewed(listener: (credentials: Credentials) => void): () => void {
		this.#listeners.add(listener);
		return () => void this.#listeners.delete(listener);
	}

	close(): void {
		clearInterval(this.#timer);
	}

	async #look(): Promise<void> {
		const { clock, log } = this.#options;
		if (!isDue(this.current, clock.now())) return;
		try {
			this.current = await ownCertificate(this.#options);
			for (const listener of this.#listeners) listener(this.current);
		} catch (error) {
			log.error("the certificate could not be renewed", {
				reason: error instanceof Error ? error.message : String(error),
			});
		}
	}
}

async function configured(
	certificateFile: string,
	keyFile: string,
): Promise<Credentials> {
	const read = (name: string, path: string) =>
		readFile(path, "utf8").catch((error: unknown) => {
			throw credentialTrouble(name, path, error);
		});
	const certificate = await read("tls.certificate", certificateFile);
	const key = await read("tls.key", keyFile);
	try {
		return readCredentials(certificate, key);
	} catch (error) {
		throw credentialTrouble("tls.certificate", certificateFile, error);
	}
}

function warnOfEnd(
	{ validTo }: Credentials,
	file: string,
	clock: Clock,
	log: Log,
): void {
	if (clock.now() < validTo - soon) return;
	const when = new Date(validTo).toISOString().slice(0, 10);
	log.warn(`the certificate ends: replace it and start the service anew`, {
		file,
		validTo: when,
	});
}
