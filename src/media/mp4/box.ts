/** A box: its length, its type, what it holds (ISO/IEC 14496-12, 4.2). `type` has four characters. */
export function box(type: string, ...parts: readonly Uint8Array[]): Buffer {
	const head = Buffer.alloc(8);
	head.writeUInt32BE(
		parts.reduce((length, part) => length + part.length, head.length),
	);
	head.write(type, 4, "latin1");
	return Buffer.concat([head, ...parts]);
}

/** A box that begins with a version and 24 bits of flags. */
export function fullBox(
	type: string,
	version: number,
	flags: number,
	...parts: readonly Uint8Array[]
): Buffer {
	return box(type, u32(version * 2 ** 24 + flags), ...parts);
}

export function u8(...values: readonly number[]): Buffer {
	return Buffer.from(values);
}

export function u16(...values: readonly number[]): Buffer {
	const octets = Buffer.alloc(2 * values.length);
	for (const [i, value] of values.entries()) octets.writeUInt16BE(value, 2 * i);
	return octets;
}

export function u32(...values: readonly number[]): Buffer {
	const octets = Buffer.alloc(4 * values.length);
	for (const [i, value] of values.entries()) octets.writeUInt32BE(value, 4 * i);
	return octets;
}

export function text(value: string): Buffer {
	return Buffer.from(value, "latin1");
}
