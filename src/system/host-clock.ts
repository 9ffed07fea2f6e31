import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "./clock.ts";

/** How the host keeps its time. */
export interface HostClock {
	/** As POSIX 1003.1 writes it, such as `CET-1CEST,M3.5.0,M10.5.0/3`. */
	readonly timeZone: string;
	/** Minutes that local time is ahead of UTC at `now` (ms since 1970). */
	utcOffset(now: number): number;
	daylightSavings(now: number): boolean;
	/** Whether a time service keeps the clock. */
	readonly source: "NTP" | "Manual";
}

/** Files that are there while a time service runs (timesyncd's: since it has synchronised). */
const timeServices = [
	"run/systemd/timesync/synchronized",
	"run/chrony/chronyd.pid",
	"run/chronyd.pid",
	"run/ntpd.pid",
	"run/ntpsec.pid",
	"run/openntpd.sock",
];

/** Services come and go with the network; clients ask for the time with every connection. */
const LOOK_EVERY_MS = 5000;

/** `root` is where the host's files stand; `tz` is the environment's TZ. */
export function hostClock(
	clock: Clock,
	tz = process.env.TZ,
	root = "/",
): HostClock {
	let source: HostClock["source"] = "Manual";
	let lookedAt = Number.NEGATIVE_INFINITY;
	return {
		timeZone: posixTimeZone(tz, root),
		utcOffset: (now) => -new Date(now).getTimezoneOffset(),
		daylightSavings,
		get source() {
			if (clock.monotonic() - lookedAt >= LOOK_EVERY_MS) {
				lookedAt = clock.monotonic();
				const found = timeServices.some((path) => existsSync(join(root, path)));
				source = found ? "NTP" : "Manual";
			}
			return source;
		},
	};
}

/** Local time is ahead of the year's winter time: `getTimezoneOffset` counts minutes behind UTC. */
function daylightSavings(now: number): boolean {
	const date = new Date(now);
	const year = date.getFullYear();
	const standard = Math.max(
		new Date(year, 0, 1).getTimezoneOffset(),
		new Date(year, 6, 1).getTimezoneOffset(),
	);
	return date.getTimezoneOffset() < standard;
}

/** tzset(3): TZ names a file of the zone database or is the rule itself; without it /etc/localtime counts. */
export function posixTimeZone(tz: string | undefined, root = "/"): string {
	const name = tz?.replace(/^:/, "");
	if (name === undefined) {
		return footer(join(root, "etc/localtime")) ?? "UTC0";
	}
	if (name === "") return "UTC0";
	const path = name.startsWith("/") ? name : `/usr/share/zoneinfo/${name}`;
	return footer(join(root, path)) ?? (isRule(name) ? name : "UTC0");
}

function isRule(name: string): boolean {
	return /^([A-Za-z]{3,}|<[\w+-]+>)[+-]?\d/.test(name);
}

/** RFC 9636, 3.3: a zone file of version 2 or later ends with the rule between two newlines. */
function footer(path: string): string | undefined {
	let text: string;
	try {
		text = readFileSync(path, "latin1");
	} catch {
		return undefined;
	}
	if (!text.startsWith("TZif")) return undefined;
	return /\n([^\n]+)\n$/.exec(text)?.[1];
}
