/** What RTMP commands are made of (AMF 0 File Format Specification). */
export type AmfValue =
	| number
	| boolean
	| string
	| null
	| undefined
	| { readonly [name: string]: AmfValue };

const markers = {
	number: 0,
	boolean: 1,
	string: 2,
	object: 3,
	null: 5,
	undefined: 6,
	ecmaArray: 8,
	objectEnd: 9,
	date: 11,
	longString: 12,
} as const;
const maxDepth = 8;
const maxMembers = 256;

/** Strings of 64 KiB at most. */
export function amf0(...values: readonly AmfValue[]): Buffer {
	return Buffer.concat(values.map(written));
}

function written(value: AmfValue): Buffer {
	if (value === null) return Buffer.of(markers.null);
	if (value === undefined) return Buffer.of(markers.undefined);
	switch (typeof value) {
		case "number": {
			const out = Buffer.alloc(9);
			out.writeDoubleBE(value, 1);
			return out;
		}
		case "boolean":
			return Buffer.of(markers.boolean, value ? 1 : 0);
		case "string":
			return Buffer.concat([Buffer.of(markers.string), text(value)]);
		case "object":
			return Buffer.concat([
				Buffer.of(markers.object),
				...Object.entries(value).flatMap(([name, one]) => [
					text(name),
					written(one),
				]),
				Buffer.of(0, 0, markers.objectEnd),
			]);
	}
}

function text(value: string): Buffer {
	const octets = Buffer.from(value);
	const length = Buffer.alloc(2);
	length.writeUInt16BE(octets.length);
	return Buffer.concat([length, octets]);
}

/** @throws RangeError for what is broken, too deep or too long */
export function readAmf0(data: Buffer): AmfValue[] {
	const reader = new Reader(data);
	const values: AmfValue[] = [];
	while (!reader.atEnd && values.length < maxMembers)
		values.push(reader.value(0));
	return values;
}

class Reader {
	readonly #data: Buffer;
	#at = 0;

	constructor(data: Buffer) {
		this.#data = data;
	}

	get atEnd(): boolean {
		return this.#at >= this.#data.length;
	}

	value(depth: number): AmfValue {
		if (depth > maxDepth) throw new RangeError("AMF goes too deep");
		const marker = this.#take(1).readUInt8();
		switch (marker) {
			case markers.number:
				return this.#take(8).readDoubleBE();
			case markers.boolean:
				return this.#take(1).readUInt8() !== 0;
			case markers.string:
				return this.#text();
			case markers.longString:
				return this.#take(this.#take(4).readUInt32BE()).toString();
			case markers.null:
				return null;
			case markers.undefined:
				return undefined;
			case markers.ecmaArray:
				this.#take(4);
				return this.#object(depth);
			case markers.object:
				return this.#object(depth);
			case markers.date:
				return this.#take(10).readDoubleBE();
			default:
				throw new RangeError(`AMF has no type ${marker} that we know`);
		}
	}

	#object(depth: number): AmfValue {
		const members = new Map<string, AmfValue>();
		while (members.size < maxMembers) {
			const name = this.#text();
			if (name === "" && this.#data[this.#at] === markers.objectEnd) {
				this.#at += 1;
				return Object.fromEntries(members);
			}
			members.set(name, this.value(depth + 1));
		}
		throw new RangeError("an AMF object has too many members");
	}

	#text(): string {
		return this.#take(this.#take(2).readUInt16BE()).toString();
	}

	#take(length: number): Buffer {
		const end = this.#at + length;
		if (end > this.#data.length) throw new RangeError("AMF ends too early");
		const part = this.#data.subarray(this.#at, end);
		this.#at = end;
		return part;
	}
}
