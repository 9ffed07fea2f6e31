import type { Header } from "./status.ts";

/** The methods that the server does (RFC 2326, 10). */
export const methodNames = [
	"OPTIONS",
	"DESCRIBE",
	"SETUP",
	"PLAY",
	"PAUSE",
	"TEARDOWN",
	"GET_PARAMETER",
	"SET_PARAMETER",
] as const;

export type MethodName = (typeof methodNames)[number];

export function isMethodName(name: string): name is MethodName {
	return methodNames.some((known) => known === name);
}

/** RTSP's methods that a source of video has no use for: 405, where others are 501. */
export const refusedMethods = new Set(["ANNOUNCE", "RECORD", "REDIRECT"]);

/** RFC 2326, 12.28 and 12.4. */
export const publicHeader: Header = ["Public", methodNames.join(", ")];
export const allowHeader: Header = ["Allow", methodNames.join(", ")];
