import type { Clock } from "./clock.ts";
import type { Log, LogFields, LogLevel } from "./log.ts";

interface Line {
	readonly level: LogLevel;
	readonly message: string;
	fields: LogFields | undefined;
	readonly writtenAt: number;
	repeated: number;
}

const intervalMs = 60_000;
/** Kinds of lines that are told apart at a time; beyond them the oldest is forgotten. */
const capacity = 256;

/** Without the port, which differs at every connection. */
function host(client: LogFields[string]): string {
	return String(client ?? "").replace(/^(\[[^\]]*\]|[^:]*):\d+$/, "$1");
}

/**
 * A log for what clients cause: a line with the same message, client and reason is written once a minute, then again
 * with `repeated`, how many were left out. The last count is written when anything is logged after that minute.
 */
export function createLimitedLog(log: Log, clock: Clock): Log {
	const lines = new Map<string, Line>();

	function forget(key: string, line: Line): void {
		lines.delete(key);
		if (line.repeated > 0)
			log[line.level](line.message, {
				...line.fields,
				repeated: line.repeated,
			});
	}

	/** Lines stand in the order of their writing. */
	function forgetOld(now: number): void {
		for (const [key, line] of lines) {
			if (now - line.writtenAt < intervalMs && lines.size < capacity) return;
			forget(key, line);
		}
	}

	function write(level: LogLevel, message: string, fields?: LogFields): void {
		const now = clock.monotonic();
		const key = `${level} ${message} ${host(fields?.client)} ${fields?.reason ?? ""}`;
		const known = lines.get(key);
		if (known && now - known.writtenAt < intervalMs) {
			known.repeated += 1;
			known.fields = fields;
			return;
		}
		forgetOld(now);
		lines.set(key, { level, message, fields, writtenAt: now, repeated: 0 });
		log[level](message, fields);
	}

	return {
		info: (message, fields) => write("info", message, fields),
		warn: (message, fields) => write("warn", message, fields),
		error: (message, fields) => write("error", message, fields),
	};
}
