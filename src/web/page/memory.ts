/** What was chosen last in this browser; nothing where it keeps nothing. */
export function recalled(key: "profile" | "way"): string | undefined {
	try {
		return localStorage.getItem(key) ?? undefined;
	} catch {
		return undefined;
	}
}

export function remember(key: "profile" | "way", value: string): void {
	try {
		localStorage.setItem(key, value);
	} catch {
		// A browser that keeps nothing asks anew.
	}
}
