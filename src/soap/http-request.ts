import { TLSSocket } from "node:tls";
import type { FastifyRequest } from "fastify";
import { isForeignPage } from "../auth/page-origin.ts";
import { connectionOf } from "../system/connection-of.ts";
import { plainAddress } from "../system/plain-address.ts";
import { publicUrlOf } from "./public-url.ts";
import type { SoapRequest } from "./server.ts";
import { SOAP_1_1, SOAP_1_2, type SoapVersion } from "./versions.ts";

/** `application/xml` is Synology's. */
export const SOAP_MEDIA_TYPES = [
	"application/soap+xml",
	"text/xml",
	"application/xml",
];

function mediaTypeOf(contentType: string): string {
	const semicolon = contentType.indexOf(";");
	const type = semicolon < 0 ? contentType : contentType.slice(0, semicolon);
	return type.trim().toLowerCase();
}

/** A request without a Content-Type is taken for what the body says. */
export const isSoapMediaType = (contentType: string | undefined): boolean =>
	contentType === undefined ||
	SOAP_MEDIA_TYPES.includes(mediaTypeOf(contentType));

/** The version in which a message is answered that cannot be read. */
export const versionOfMediaType = (
	contentType: string | undefined,
): SoapVersion =>
	contentType !== undefined && mediaTypeOf(contentType) === "text/xml"
		? SOAP_1_1
		: SOAP_1_2;

/** The host part of a URL: IPv4 where it is one within IPv6, IPv6 in brackets without its zone (RFC 6874 is for clients). */
export function hostOf(address: string): string {
	const plain = plainAddress(address);
	if (!plain.includes(":")) return plain;
	const zone = plain.indexOf("%");
	return `[${zone < 0 ? plain : plain.slice(0, zone)}]`;
}

export function clientOf(request: FastifyRequest): string {
	// None is left of a connection that is gone.
	const address: string | undefined = request.ip;
	return plainAddress(address ?? "unknown");
}

/** By which we were reached: what a proxy tells is about the proxy. */
export const protocolOf = (request: FastifyRequest): "http" | "https" =>
	request.raw.socket instanceof TLSSocket ? "https" : "http";

/** What the SOAP server needs of an HTTP request. Addresses are those of the accepted socket, whatever Host says. */
export function soapRequest(
	request: FastifyRequest,
	octets: Uint8Array,
	publicUrl: string | null,
): SoapRequest {
	const { socket } = request.raw;
	const uri = request.raw.url ?? "/";
	const query = uri.indexOf("?");
	const remoteAddress = clientOf(request);
	return {
		octets,
		authorization: request.headers.authorization,
		method: request.method,
		uri,
		path: query < 0 ? uri : uri.slice(0, query),
		version: versionOfMediaType(request.headers["content-type"]),
		remoteAddress,
		caller: {
			client: remoteAddress,
			connection: connectionOf(request),
			agent: request.headers["user-agent"],
			foreignPage: isForeignPage(request.headers),
		},
		localAddress: hostOf(socket.localAddress ?? "127.0.0.1"),
		localPort: socket.localPort ?? 80,
		protocol: protocolOf(request),
		publicUrl: publicUrlOf(publicUrl, request.headers),
	};
}
