/** What a character of ASCII may be in a plain document; all others are nothing. */
export const NAME_START = 1;
export const NAME = 2;
export const TEXT = 4;
export const VALUE = 8;
export const SPACE = 16;

const kinds = new Uint8Array(128);
for (let code = 0x20; code < 0x7f; code++) kinds[code] = TEXT | VALUE;
for (const character of "\t\n") kinds[character.charCodeAt(0)] = TEXT;
// A reference begins with "&"; "]]>" may not stand in text.
for (const character of "&<") kinds[character.charCodeAt(0)] = 0;
kinds["]".charCodeAt(0)] = VALUE;
for (const character of "\"'") kinds[character.charCodeAt(0)] = TEXT;
for (const character of "\t\n\r ") add(character, SPACE);
for (const character of "-.0123456789") add(character, NAME);
for (const character of "ABCDEFGHIJKLMNOPQRSTUVWXYZ_") {
	add(character, NAME_START | NAME);
	add(character.toLowerCase(), NAME_START | NAME);
}

function add(character: string, kind: number): void {
	const code = character.charCodeAt(0);
	kinds[code] = (kinds[code] ?? 0) | kind;
}

/** The character's code; 0, which stands in no document, behind the text's end. */
export const codeAt = (text: string, at: number): number =>
	at < text.length ? text.charCodeAt(at) : 0;

/** Whether the character at that place is of that kind. */
export function isAt(text: string, at: number, kind: number): boolean {
	// Looking beyond the ends of text and table would be right too, and six times as slow.
	const code = codeAt(text, at);
	return code < 128 && ((kinds[code] ?? 0) & kind) !== 0;
}

export const LESS = 0x3c;
export const GREATER = 0x3e;
export const SLASH = 0x2f;
export const COLON = 0x3a;
export const EQUALS = 0x3d;
export const QUOTE = 0x22;
export const APOSTROPHE = 0x27;
