import { isUtf8 } from "node:buffer";

/** What the service reads of an `Authorization: Digest` header; values unquoted and unescaped. */
export interface DigestCredentials {
	readonly username: string;
	readonly realm: string;
	readonly nonce: string;
	readonly uri: string;
	readonly response: string;
	/** As sent; undefined means MD5 (RFC 7616, 3.4). */
	readonly algorithm: string | undefined;
	/** Undefined for RFC 2069 clients. */
	readonly qop: string | undefined;
	readonly nc: string | undefined;
	readonly cnonce: string | undefined;
}

const maxHeaderLength = 4096;
const maxDirectives = 32;
const separators = /[\s,]*/y;
const directive = /([A-Za-z*][\w*-]*)[ \t]*=[ \t]*/y;
const quoted = /"((?:[^"\\]|\\.)*)"/y;
/** Wider than RFC 9110's token: ONVIF and RTSP clients send `uri=/path` and base64 nonces without quotes. */
const bare = /[^\s,"]+/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it refuses
const forbidden = /[\x00-\x08\x0a-\x1f\x7f]/;

function take(pattern: RegExp, text: string, at: number) {
	pattern.lastIndex = at;
	return pattern.exec(text);
}

/** Reads `name=value, name="value"`; a string says what is wrong. */
export function readDirectives(text: string): Map<string, string> | string {
	const found = new Map<string, string>();
	let at = take(separators, text, 0)?.[0].length ?? 0;
	while (at < text.length) {
		const head = take(directive, text, at);
		if (!head?.[1]) return `no name=value at character ${at}`;
		const name = head[1].toLowerCase();
		at += head[0].length;
		const isQuoted = text[at] === '"';
		const value = take(isQuoted ? quoted : bare, text, at);
		if (!value) return `${name} has no proper value`;
		at += value[0].length;
		const gap = take(separators, text, at)?.[0] ?? "";
		at += gap.length;
		if (at < text.length && !gap.includes(",")) return `no comma after ${name}`;
		if (found.has(name)) return `${name} stands twice`;
		if (found.size === maxDirectives) return "too many directives";
		const raw = value[1] ?? value[0];
		found.set(name, isQuoted ? raw.replace(/\\(.)/g, "$1") : raw);
	}
	return found;
}

/**
 * Node gives header bytes as ISO 8859-1. Names are UTF-8 where they are valid as such (curl, browsers),
 * else what they look like.
 */
function decodeName(text: string): string {
	const bytes = Buffer.from(text, "latin1");
	return isUtf8(bytes) ? bytes.toString() : text;
}

/** `username*=UTF-8''J%C3%A4s%C3%B8n` (RFC 8187, RFC 7616 3.4). */
function decodeExtended(text: string): string | undefined {
	const match = /^utf-8'[\w-]*'(.*)$/i.exec(text);
	if (!match?.[1]) return undefined;
	try {
		return decodeURIComponent(match[1]);
	} catch {
		return undefined;
	}
}

function readUsername(found: Map<string, string>): string | undefined {
	const plain = found.get("username");
	const extended = found.get("username*");
	if (plain !== undefined)
		return extended === undefined ? decodeName(plain) : undefined;
	return extended === undefined ? undefined : decodeExtended(extended);
}

/** Reads the value of an `Authorization` header; a string says what is wrong with it, and quotes nothing of it. */
export function readDigestHeader(header: string): DigestCredentials | string {
	if (header.length > maxHeaderLength) return "the header is too long";
	if (forbidden.test(header)) return "the header holds control characters";
	const scheme = /^\s*([\w-]+)(?:\s+|$)/.exec(header);
	if (scheme?.[1]?.toLowerCase() !== "digest") return "only Digest is offered";
	const found = readDirectives(header.slice(scheme[0].length));
	if (typeof found === "string") return found;
	const username = readUsername(found);
	if (username === undefined) return "username is missing or unreadable";
	const required = (name: string): string => found.get(name) ?? "";
	for (const name of ["realm", "nonce", "uri", "response"])
		if (!required(name)) return `${name} is missing`;
	return {
		username,
		realm: required("realm"),
		nonce: required("nonce"),
		uri: required("uri"),
		response: required("response"),
		algorithm: found.get("algorithm"),
		qop: found.get("qop"),
		nc: found.get("nc"),
		cnonce: found.get("cnonce"),
	};
}
