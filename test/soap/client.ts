import { createHash, randomBytes } from "node:crypto";

export const SOAP12 = "http://www.w3.org/2003/05/soap-envelope";
export const SOAP11 = "http://schemas.xmlsoap.org/soap/envelope/";
const OASIS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss";

/** A WS-Security header that is right, unless told otherwise. */
export function security(
	name = "admin",
	password = "s3cret & <more>",
	envelope = SOAP12,
): string {
	const nonce = randomBytes(16);
	const created = new Date().toISOString();
	const digest = createHash("sha1")
		.update(nonce)
		.update(created + password)
		.digest("base64");
	return `<Security e:mustUnderstand="1" xmlns:e="${envelope}" xmlns="${OASIS}-wssecurity-secext-1.0.xsd"><UsernameToken><Username>${name}</Username><Password Type="${OASIS}-username-token-profile-1.0#PasswordDigest">${digest}</Password><Nonce>${nonce.toString("base64")}</Nonce><Created xmlns="${OASIS}-wssecurity-utility-1.0.xsd">${created}</Created></UsernameToken></Security>`;
}

/** A message with these header blocks and this body. */
export const envelope = (
	body: string,
	header = security(),
	namespace = SOAP12,
): string =>
	`<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="${namespace}"><s:Header>${header}</s:Header><s:Body>${body}</s:Body></s:Envelope>`;

export interface Answered {
	readonly status: number;
	readonly headers: Headers;
	readonly text: string;
}

/** Posts a message as a SOAP 1.2 client does, unless `headers` says otherwise. */
export async function post(
	url: string,
	body: string | Uint8Array,
	headers: Readonly<Record<string, string>> = {
		"content-type": "application/soap+xml; charset=utf-8",
	},
): Promise<Answered> {
	const response = await fetch(url, { method: "POST", body, headers });
	return {
		status: response.status,
		headers: response.headers,
		text: await response.text(),
	};
}
