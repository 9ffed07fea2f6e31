/** What XML 1.0 forbids even as a character reference (production 2); `\p{Surrogate}` matches unpaired ones only. */
const FORBIDDEN =
	// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to be kept out
	/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu;
/** A quick look for anything that is to be escaped or replaced; surrogate pairs take the slow way too. */
const SUSPECT_TEXT =
	// biome-ignore lint/suspicious/noControlCharactersInRegex: see FORBIDDEN
	/[&<>\u0000-\u0008\u000b-\u001f\ud800-\udfff\ufffe\uffff]/;
const SUSPECT_ATTRIBUTE =
	// biome-ignore lint/suspicious/noControlCharactersInRegex: see FORBIDDEN
	/[&<>"'\u0000-\u001f\ud800-\udfff\ufffe\uffff]/;

const REFERENCES = new Map([
	["&", "&amp;"],
	["<", "&lt;"],
	[">", "&gt;"],
	['"', "&quot;"],
	["'", "&apos;"],
	["\t", "&#9;"],
	["\n", "&#10;"],
	["\r", "&#13;"],
]);
const reference = (character: string) => REFERENCES.get(character) ?? character;

/** Character data for an element; what XML cannot hold becomes U+FFFD. */
export function escapeText(value: string): string {
	if (!SUSPECT_TEXT.test(value)) return value;
	return value.replace(FORBIDDEN, "\ufffd").replace(/[&<>\r]/g, reference);
}

/** An attribute's value, for either kind of quotes; what XML cannot hold becomes U+FFFD. */
export function escapeAttribute(value: string): string {
	if (!SUSPECT_ATTRIBUTE.test(value)) return value;
	return value
		.replace(FORBIDDEN, "\ufffd")
		.replace(/[&<>"'\t\n\r]/g, reference);
}
