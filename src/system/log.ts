/** What a log line carries beside its message: who asked, what was wrong, which child. Never a secret. */
export type LogFields = Readonly<
	Record<string, string | number | boolean | undefined>
>;

/** One line an event, on stderr; stdout belongs to what people were promised to see. */
export interface Log {
	info(message: string, fields?: LogFields): void;
	warn(message: string, fields?: LogFields): void;
	error(message: string, fields?: LogFields): void;
}

export type LogLevel = "info" | "warn" | "error";

const severity: Readonly<Record<LogLevel, number>> = {
	info: 0,
	warn: 1,
	error: 2,
};

export interface LogOptions {
	/** What is less is not written. */
	readonly level: LogLevel;
	/** Milliseconds since 1970. */
	readonly now?: () => number;
}

const maxMessageLength = 1000;
/** Errors are ours and may hold a stack trace; the rest may be what strangers sent. */
const maxValueLength: Readonly<Record<LogLevel, number>> = {
	info: 300,
	warn: 300,
	error: 2000,
};
/** What may wait for a reader that has stopped reading; what comes beyond is counted, not kept. */
const maxWaitingBytes = 262_144;

/** Control, format and separator characters: they forge lines, colours and reading order. */
const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

function escaped(text: string, maxLength: number): string {
	const short =
		text.length > maxLength ? `${text.slice(0, maxLength - 1)}…` : text;
	return short.replace(unsafe, (character) => {
		if (character === "\n") return "\\n";
		const code = character.codePointAt(0) ?? 0;
		return `\\u{${code.toString(16)}}`;
	});
}

function written(value: string | number | boolean, maxLength: number): string {
	if (typeof value !== "string") return String(value);
	if (/^[\w.:/@+[\]-]{1,300}$/.test(value)) return value;
	const quotable = value.slice(0, maxLength + 1).replace(/["\\]/g, "\\$&");
	return `"${escaped(quotable, maxLength)}"`;
}

function lineOf(
	now: number,
	level: LogLevel,
	message: string,
	fields: LogFields,
): string {
	let line = `${new Date(now).toISOString()} ${level} ${escaped(message, maxMessageLength)}`;
	for (const [key, value] of Object.entries(fields))
		if (value !== undefined)
			line += ` ${key}=${written(value, maxValueLength[level])}`;
	return `${line}\n`;
}

/** Writes one line an event: ISO time, level, message, `key=value`; values are quoted where they need it. */
export function createLog(
	stream: NodeJS.WritableStream & { readonly writableLength: number },
	options: LogOptions,
): Log {
	const { level: least, now = Date.now } = options;
	let lost = 0;

	function write(level: LogLevel, message: string, fields: LogFields = {}) {
		if (severity[level] < severity[least]) return;
		if (stream.writableLength > maxWaitingBytes) {
			lost += 1;
			return;
		}
		if (lost > 0)
			stream.write(lineOf(now(), "warn", "log lines were lost", { lost }));
		lost = 0;
		stream.write(lineOf(now(), level, message, fields));
	}

	return {
		info: (message, fields) => write("info", message, fields),
		warn: (message, fields) => write("warn", message, fields),
		error: (message, fields) => write("error", message, fields),
	};
}
