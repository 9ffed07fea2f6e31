import { isIP } from "node:net";

/** Apple's clients believe no certificate that lasts longer than 825 days. */
export const validDays = 820;

/** Whom a certificate is for. */
export interface Subject {
	/** DNS names; what is none is left out. */
	readonly names: readonly string[];
	/** IPv4 and IPv6, without zone. */
	readonly addresses: readonly string[];
}

const dnsName =
	/^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]{0,62})(\.[A-Za-z0-9][A-Za-z0-9-]{0,62})*$/;
/** A host with more of them serves containers, whose addresses no viewer uses. */
const mostAddresses = 32;

/** The configuration file that tells openssl what to certify (config(5), x509v3_config(5)). */
export function certificateRequest({ names, addresses }: Subject): string {
	const known = [...new Set(names)].filter((name) => dnsName.test(name));
	const numbers = [...new Set(addresses)].filter(
		(one) => isIP(one) !== 0 && !one.includes("%"),
	);
	const alternatives = [
		...known.map((name) => `DNS:${name}`),
		...numbers.slice(0, mostAddresses).map((address) => `IP:${address}`),
	];
	// RFC 5280, A.1: a common name has 64 characters at most.
	const common = known.find((name) => name.length <= 64) ?? "onvifd";
	return [
		"[req]",
		"prompt = no",
		"distinguished_name = subject",
		"x509_extensions = extensions",
		"[subject]",
		`CN = ${common}`,
		"[extensions]",
		"basicConstraints = critical, CA:FALSE",
		"keyUsage = critical, digitalSignature",
		"extendedKeyUsage = serverAuth",
		"subjectKeyIdentifier = hash",
		`subjectAltName = ${alternatives.join(", ")}`,
		"",
	].join("\n");
}

/** openssl's arguments; the certificate comes on stdout. */
export function certificateLine(
	requestFile: string,
	keyFile: string,
): readonly string[] {
	return [
		...["req", "-x509", "-new", "-sha256", "-days", String(validDays)],
		...["-key", keyFile, "-config", requestFile],
	];
}
