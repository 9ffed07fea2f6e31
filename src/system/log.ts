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
