import { type Health, Trouble } from "./finding.ts";
import type { Patient } from "./patient.ts";

/** No host that runs this is in an earlier or a later year. */
const years = { first: 2025, last: 2099 } as const;

/** Logins carry the time: a clock that is wrong locks everybody out. */
export function checkClock({ clock, hostClock }: Patient): Health {
	const now = new Date(clock.now());
	const year = now.getUTCFullYear();
	if (year < years.first || year > years.last)
		throw new Trouble(
			`the clock says ${now.toISOString()}`,
			"timedatectl set-ntp true, or set it by hand: date -s 'YYYY-MM-DD HH:MM:SS'",
		);
	const time = now.toISOString().replace(/\.\d+/, "");
	if (hostClock.source === "NTP") return `${time}, kept by a time service`;
	return {
		detail: `${time}; no time service is seen here`,
		advice:
			"where nothing else keeps the clock, as on a board: apt-get install systemd-timesyncd",
	};
}
