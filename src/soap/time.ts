/** xs:duration (XML Schema 2, 3.2.6), its length bounded since numbers in it are not. */
const DURATION =
	/^(-?)P(?=.)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;
const MAX_LENGTH = 64;

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * The length of an xs:duration in milliseconds, years as 365 and months as 30 days; undefined when it is not one.
 * May be negative, or Infinity for absurd numbers.
 */
export function parseDuration(text: string): number | undefined {
	const match = text.length <= MAX_LENGTH ? DURATION.exec(text) : null;
	if (match === null) return undefined;
	const [, sign, years, months, days, hours, minutes, seconds] = match;
	const total =
		Number(years ?? 0) * 365 * DAY +
		Number(months ?? 0) * 30 * DAY +
		Number(days ?? 0) * DAY +
		Number(hours ?? 0) * HOUR +
		Number(minutes ?? 0) * MINUTE +
		Number(seconds ?? 0) * SECOND;
	return sign === "-" ? -total : total;
}

/** Milliseconds as `PT60S`, the form that every client reads. Negative ones become zero. */
export const formatDuration = (milliseconds: number): string =>
	`PT${Math.max(0, milliseconds) / SECOND}S`;

const DATE_TIME =
	/^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)?$/;

const isLeap = (year: number) =>
	year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

const daysIn = (month: number, year: number) =>
	[31, isLeap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][
		month - 1
	] ?? 0;

/**
 * The instant of an xs:dateTime in milliseconds since 1970; undefined when it is not one, or no day of the calendar.
 * Without a time zone it is UTC, as Core spec has it for all of its times.
 */
export function parseDateTime(text: string): number | undefined {
	const match = text.length <= MAX_LENGTH ? DATE_TIME.exec(text) : null;
	if (match === null) return undefined;
	const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
		.slice(1, 7)
		.map(Number);
	const isDay = day >= 1 && day <= daysIn(month, year);
	const isTime =
		(hour < 24 && minute < 60 && second < 60) ||
		(hour === 24 && minute === 0 && second === 0);
	if (!isDay || !isTime) return undefined;
	const zone = match[8] ?? "Z";
	const fraction = Number(`0${match[7] ?? ""}`);
	const [zoneHours = 0, zoneMinutes = 0] =
		zone === "Z" ? [] : zone.slice(1).split(":").map(Number);
	if (zoneHours > 14 || zoneMinutes > 59) return undefined;
	const offset = (zoneHours * 60 + zoneMinutes) * MINUTE;
	return (
		Date.UTC(year, month - 1, day, hour, minute, second) +
		Math.round(fraction * SECOND) -
		(zone.startsWith("-") ? -offset : offset)
	);
}

/** Milliseconds since 1970 with a Z: zeep treats times without a zone as broken. */
export const formatDateTime = (milliseconds: number): string =>
	new Date(milliseconds).toISOString();
