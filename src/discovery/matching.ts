import type { QName } from "../xml/element.ts";
import { deviceNamespace, networkNamespace } from "./versions.ts";

/** Case-insensitive scheme and authority, then the path's segments, decoded. */
interface ScopeUri {
	readonly start: string;
	readonly segments: readonly string[];
}

const TYPES: readonly QName[] = [
	{ namespace: networkNamespace, name: "NetworkVideoTransmitter" },
	{ namespace: deviceNamespace, name: "Device" },
	// node-onvif asks for Device in the network namespace.
	{ namespace: networkNamespace, name: "Device" },
];

/** Whether the device is of every type asked for; of none in particular, it is. */
export function matchesTypes(asked: readonly (QName | undefined)[]): boolean {
	return asked.every((type) =>
		TYPES.some(
			(own) => own.namespace === type?.namespace && own.name === type.name,
		),
	);
}

/**
 * Whether each scope asked for matches one of the device's (WS-Discovery 5.1).
 *
 * @param rule last part of the rule's URI; one that the version lists.
 */
export function matchesScopes(
	asked: readonly string[],
	own: readonly string[],
	rule: string,
): boolean {
	switch (rule) {
		case "none":
			return own.length === 0;
		case "strcmp0":
			return asked.every((scope) => own.includes(scope));
		case "uuid":
			return everyMatches(asked, own, readUuid, (a, b) => a === b);
		default:
			return everyMatches(asked, own, readScopeUri, isPrefix);
	}
}

function everyMatches<T>(
	asked: readonly string[],
	own: readonly string[],
	read: (scope: string) => T | undefined,
	matches: (asked: T, own: T) => boolean,
): boolean {
	if (asked.length === 0) return true;
	const readable = own.map(read).filter((scope) => scope !== undefined);
	return asked.every((scope) => {
		const wanted = read(scope);
		return wanted !== undefined && readable.some((one) => matches(wanted, one));
	});
}

/** By whole segments: `.../hardware/D1` is no prefix of `.../hardware/D1-566` (Core, "Scopes, Example"). */
function isPrefix(asked: ScopeUri, own: ScopeUri): boolean {
	return (
		asked.start === own.start &&
		asked.segments.every((segment, at) => segment === own.segments[at])
	);
}

/** Query and fragment do not count; undefined for what is no URI or has `.` or `..` in its path. */
function readScopeUri(scope: string): ScopeUri | undefined {
	const parts = /^([a-z][a-z0-9+.-]*):(\/\/[^/?#]*)?([^?#]*)/i.exec(scope);
	if (parts === null) return undefined;
	const [, scheme = "", authority = "", path = ""] = parts;
	try {
		const segments = path.split("/").map(decodeURIComponent);
		if (segments.some((segment) => segment === "." || segment === ".."))
			return undefined;
		while (segments.at(-1) === "") segments.pop();
		return { start: `${scheme}:${authority}`.toLowerCase(), segments };
	} catch {
		return undefined;
	}
}

function readUuid(scope: string): string | undefined {
	return /^(?:urn:)?uuid:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i
		.exec(scope)?.[1]
		?.toLowerCase();
}
