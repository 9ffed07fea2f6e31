/** Why an RTSP server gives nothing, for people; it holds no credentials. */
export class RtspError extends Error {
	override readonly name: string = "RtspError";
	/** What the server answered; undefined where it is not its answer that is wrong. */
	readonly status: number | undefined;

	constructor(message: string, status?: number) {
		super(message);
		this.status = status;
	}
}

/** Trying again soon does not help, and cameras lock out who goes on trying. */
export class LoginRefused extends RtspError {
	override readonly name = "LoginRefused";

	constructor(why: string) {
		super(`401: ${why}`, 401);
	}
}

/** It never came to a connection, or to no trusted one. */
export class Unreachable extends RtspError {
	override readonly name = "Unreachable";
}

const certificates: Readonly<Record<string, string>> = {
	DEPTH_ZERO_SELF_SIGNED_CERT: "it made its certificate itself",
	SELF_SIGNED_CERT_IN_CHAIN: "who made its certificate is not known here",
	UNABLE_TO_VERIFY_LEAF_SIGNATURE: "who made its certificate is not known here",
	UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
		"who made its certificate is not known here",
	CERT_HAS_EXPIRED: "its certificate has expired",
	CERT_NOT_YET_VALID: "its certificate is not valid yet",
	ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is another host's",
};
const reasons: Readonly<Record<string, string>> = {
	ECONNREFUSED: "nothing listens there",
	ENOTFOUND: "its name is not known",
	EAI_AGAIN: "its name is not known",
	EHOSTUNREACH: "there is no way to it in the network",
	ENETUNREACH: "there is no way to it in the network",
	ETIMEDOUT: "it does not answer",
	ECONNRESET: "it hung up",
	EPIPE: "it hung up",
	EPROTO: "what answers there speaks no TLS that we know",
};

/** What a socket's error means. */
export function reasonOf(error: Error): string {
	const code = "code" in error ? String(error.code) : "";
	const certificate = certificates[code];
	if (certificate)
		return `${certificate}; verifyCertificate: false takes any (then whoever sits in between can pass for it)`;
	if (code.startsWith("ERR_SSL_")) return reasons.EPROTO ?? code;
	return reasons[code] ?? (code || error.message);
}

const refusals: Readonly<Record<number, string>> = {
	403: "this user may not watch it",
	404: "it has no such path; see its manual for the address of its video",
	406: "it does not describe itself in SDP",
	454: "it forgot the session",
	461: "it does not send over this transport; try the other one (transport: tcp or udp)",
	503: "it has no picture at present",
};

/** @throws RtspError unless `status` says that all went well */
export function expectOk(status: number, method: string): void {
	if (status >= 200 && status < 300) return;
	const known = refusals[status];
	throw new RtspError(
		known ? `${status}: ${known}` : `it answers ${method} with ${status}`,
		status,
	);
}
