/** FIPS 180-4, 4.2.2: the first 32 bits of the fractions of the cube roots of the first 64 primes; 5.3.3: of the square roots of the first eight. */
const primes = Array.from({ length: 312 }, (_, n) => n).filter(
	(n) =>
		n > 1 &&
		!Array.from({ length: n }, (_, d) => d).some((d) => d > 1 && n % d === 0),
);
const fraction = (root: number) => Math.floor((root % 1) * 2 ** 32) | 0;
const constants = Int32Array.from(primes, (prime) =>
	fraction(Math.cbrt(prime)),
);
const initial = primes.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));

const turned = (x: number, bits: number) => (x >>> bits) | (x << (32 - bits));

/** The text's UTF-8, a one bit, zeros, and its length in bits, in blocks of 64 octets (5.1.1). */
function padded(text: string): DataView {
	const octets = new TextEncoder().encode(text);
	const bytes = new Uint8Array(((octets.length + 72) >> 6) << 6);
	bytes.set(octets);
	bytes[octets.length] = 0x80;
	const view = new DataView(bytes.buffer);
	view.setUint32(bytes.length - 4, octets.length * 8);
	return view;
}

function compress(state: number[], block: DataView, at: number): number[] {
	const w = new Int32Array(64);
	let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
	for (let i = 0; i < 64; i++) {
		if (i < 16) w[i] = block.getInt32(at + i * 4);
		else {
			const [w2 = 0, w7 = 0, w15 = 0, w16 = 0] = [
				w[i - 2],
				w[i - 7],
				w[i - 15],
				w[i - 16],
			];
			const s0 = turned(w15, 7) ^ turned(w15, 18) ^ (w15 >>> 3);
			const s1 = turned(w2, 17) ^ turned(w2, 19) ^ (w2 >>> 10);
			w[i] = w16 + s0 + w7 + s1;
		}
		const s1 = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25);
		const choice = (e & f) ^ (~e & g);
		const t1 = (h + s1 + choice + (constants[i] ?? 0) + (w[i] ?? 0)) | 0;
		const s0 = turned(a, 2) ^ turned(a, 13) ^ turned(a, 22);
		const majority = (a & b) ^ (a & c) ^ (b & c);
		[h, g, f, e, d, c, b, a] = [
			g,
			f,
			e,
			(d + t1) | 0,
			c,
			b,
			a,
			(t1 + s0 + majority) | 0,
		];
	}
	return [a, b, c, d, e, f, g, h].map((x, i) => (x + (state[i] ?? 0)) | 0);
}

/**
 * SHA-256 of a text's UTF-8, in hexadecimal. Browsers keep theirs (`crypto.subtle`) from pages over plain HTTP, where
 * it is needed most.
 */
export function sha256(text: string): string {
	const view = padded(text);
	let state = initial;
	for (let at = 0; at < view.byteLength; at += 64)
		state = compress(state, view, at);
	return state.map((x) => (x >>> 0).toString(16).padStart(8, "0")).join("");
}
