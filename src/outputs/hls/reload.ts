/** What a playlist must hold before it is sent (RFC 8216bis, 6.2.5.2). */
export interface Reload {
	/** Media sequence number; undefined for a playlist as it is. */
	readonly number: number | undefined;
	readonly part: number | undefined;
}

/** Reads `_HLS_msn` and `_HLS_part`; what is wrong with them, where something is. */
export function readReload(
	query: Readonly<Record<string, unknown>>,
): Reload | string {
	const number = count(query._HLS_msn);
	const part = count(query._HLS_part);
	if (number === null) return "_HLS_msn is not a number";
	if (part === null) return "_HLS_part is not a number";
	if (part !== undefined && number === undefined)
		return "_HLS_part needs _HLS_msn";
	return { number, part };
}

function count(value: unknown): number | undefined | null {
	if (value === undefined) return undefined;
	return typeof value === "string" && /^\d{1,10}$/.test(value)
		? Number(value)
		: null;
}
