import type { DateTime } from "../../soap/schema/generated/tt.ts";
import type { DeviceOperation } from "../context.ts";

const MINUTE_MS = 60_000;

/** Clients ask this first, without credentials, to date their UsernameTokens with our clock. */
export const GetSystemDateAndTime: DeviceOperation<"GetSystemDateAndTime"> = {
	access: "PRE_AUTH",
	run(_request, { clock, hostClock }) {
		const now = clock.now();
		return {
			SystemDateAndTime: {
				DateTimeType: hostClock.source,
				DaylightSavings: hostClock.daylightSavings(now),
				TimeZone: { TZ: hostClock.timeZone },
				UTCDateTime: dateTime(now),
				LocalDateTime: dateTime(now + hostClock.utcOffset(now) * MINUTE_MS),
			},
		};
	},
};

function dateTime(ms: number): DateTime {
	const date = new Date(ms);
	return {
		Time: {
			Hour: date.getUTCHours(),
			Minute: date.getUTCMinutes(),
			Second: date.getUTCSeconds(),
		},
		Date: {
			Year: date.getUTCFullYear(),
			Month: date.getUTCMonth() + 1,
			Day: date.getUTCDate(),
		},
	};
}
