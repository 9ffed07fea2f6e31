import type { Log, LogFields } from "./log.ts";

/** The log with fields that every line gets, such as whose it is. */
export function logWith(log: Log, own: LogFields): Log {
	return {
		info: (message, fields) => log.info(message, { ...own, ...fields }),
		warn: (message, fields) => log.warn(message, { ...own, ...fields }),
		error: (message, fields) => log.error(message, { ...own, ...fields }),
	};
}
