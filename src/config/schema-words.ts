// A namespace import, so that the bundle takes only the builders that stand here.
import * as Type from "@sinclair/typebox";

/*
 * Beside JSON Schema's words: `expects` completes "must be ..." where check.ts cannot make it from the schema,
 * and a `secret` value never stands in a message.
 */

export const closed = { additionalProperties: false } as const;

/** What XML, headers and terminals can carry on one line. */
export const printable = "[^\\p{Cc}\\p{Cs}\\ufffe\\uffff]";

/** A list of words, of which the value must be one. */
export function oneOf<const Word extends string>(
	words: readonly Word[],
	options: Type.SchemaOptions = {},
) {
	return Type.Unsafe<Word>(Type.String({ enum: [...words], ...options }));
}

export function orNull<Schema extends Type.TSchema>(schema: Schema) {
	const { secret } = schema;
	return Type.Union([schema, Type.Null()], { default: null, secret });
}

/** Free text for people; it goes into XML, mDNS records and scopes. */
export function text(maxLength: number, options: Type.StringOptions = {}) {
	return Type.String({
		maxLength,
		pattern: `^${printable}*$`,
		expects: `text of at most ${maxLength} characters without control characters`,
		...options,
	});
}

export const nonEmpty = (maxLength: number, options: Type.StringOptions = {}) =>
	text(maxLength, {
		minLength: 1,
		expects: `text of 1 to ${maxLength} characters without control characters`,
		...options,
	});

/** Media spec's ReferenceToken, in characters that need no escaping in a URI. */
export const Token = Type.String({
	pattern: "^[A-Za-z0-9._-]{1,64}$",
	expects: "1 to 64 letters, digits, dots, hyphens or underscores",
});

/** ALSA's name of a sound device; gst-launch takes it as it stands. */
export const alsaDevice = (more: { default: string }) =>
	Type.String({
		pattern: "^[A-Za-z0-9_.:,=/-]{1,128}$",
		expects: "an ALSA device such as default or plughw:1,0",
		...more,
	});
