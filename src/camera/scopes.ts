import { CameraError } from "./errors.ts";
import type { CameraSettings } from "./settings.ts";
import type { Scope } from "./types.ts";

const ONVIF = "onvif://www.onvif.org";
/** Every Hello and ProbeMatch carries them all: a handful of datagram fragments at most. */
const MAXIMUM_CONFIGURABLE = 16;
const MAXIMUM_LENGTH = 128;

/**
 * The device's own scopes (Core spec, 7.3.3.2): one fixed entry each of profile, hardware and name.
 * Home Assistant finds cameras by Profile/Streaming, and both it and Scrypted read the MAC entry.
 */
export function fixedScopes(settings: CameraSettings): readonly string[] {
	const { name, mac, identity } = settings;
	return [
		`${ONVIF}/Profile/Streaming`,
		`${ONVIF}/type/video_encoder`,
		`${ONVIF}/hardware/${encodeURIComponent(identity.hardwareId)}`,
		`${ONVIF}/name/${encodeURIComponent(name)}`,
		...(mac === undefined ? [] : [`${ONVIF}/MAC/${mac}`]),
	];
}

/** What is configurable before a client changed it; a Hello has to name a location (DISCOVERY-1-1-2). */
export function defaultScopes(settings: CameraSettings): readonly string[] {
	return [
		`${ONVIF}/location/${encodeURIComponent(settings.location || "unknown")}`,
	];
}

/** Fixed ones first: clients that keep the last name they read then show the one that somebody gave. */
export function listScopes(
	fixed: readonly string[],
	configurable: readonly string[],
): readonly Scope[] {
	return [
		...fixed.map((item) => ({ item, fixed: true })),
		...configurable.map((item) => ({ item, fixed: false })),
	];
}

/** `items` in place of all configurable scopes; those that are fixed anyway are left out, as clients send back whole lists. */
export function replaceScopes(
	fixed: readonly string[],
	items: readonly string[],
): readonly string[] {
	return bounded(
		unique(items.map(canonical)).filter((i) => !fixed.includes(i)),
	);
}

export function addScopes(
	fixed: readonly string[],
	configurable: readonly string[],
	items: readonly string[],
): readonly string[] {
	return replaceScopes(fixed, [...configurable, ...items]);
}

/** All of them or none. */
export function removeScopes(
	fixed: readonly string[],
	configurable: readonly string[],
	items: readonly string[],
): readonly string[] {
	const gone = items.map(canonical);
	for (const item of gone) {
		if (fixed.includes(item)) {
			throw new CameraError("FixedScope", `${item} is a fixed scope`);
		}
		if (!configurable.includes(item)) {
			throw new CameraError("NoScope", `there is no scope ${item}`);
		}
	}
	return configurable.filter((item) => !gone.includes(item));
}

/** A scope list is separated by spaces on the wire (WS-Discovery, 4.1), so inside one they are percent-encoded. */
function canonical(item: string): string {
	const scope = item.trim().replace(/\s+/g, "%20");
	// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not get in
	if (!/^[a-z][a-z\d+.-]*:[^\x00-\x20<>"\x7f]+$/i.test(scope)) {
		throw new CameraError("InvalidValue", "a scope must be an absolute URI");
	}
	if (scope.length > MAXIMUM_LENGTH) {
		throw new CameraError(
			"InvalidValue",
			`a scope is longer than ${MAXIMUM_LENGTH} characters`,
		);
	}
	return scope;
}

function bounded(items: readonly string[]): readonly string[] {
	if (items.length > MAXIMUM_CONFIGURABLE) {
		throw new CameraError(
			"TooManyScopes",
			`there are at most ${MAXIMUM_CONFIGURABLE} configurable scopes`,
		);
	}
	return items;
}

function unique(items: readonly string[]): readonly string[] {
	return [...new Set(items)];
}
