const strange = /[^A-Za-z0-9+/=\s]/;

/**
 * Decodes base64 however it is cut: in lines (RFC 1421, 4.3.2.4; RTSS-1-1-45), and with padding at
 * the end of each request rather than of the whole.
 */
export class Base64Decoder {
	/** Fewer than four characters that wait for the rest of their group. */
	#rest = "";

	/** What has come, as far as it is whole; undefined for what is no base64. */
	push(chunk: Buffer): Buffer | undefined {
		const text = this.#rest + chunk.toString("latin1");
		if (strange.test(text)) return undefined;
		const parts = text.replace(/\s+/g, "").split(/=+/);
		const last = parts.pop() ?? "";
		// A single character before padding is six bits of an octet.
		if (parts.some((part) => part.length % 4 === 1)) return undefined;
		const whole = last.length - (last.length % 4);
		this.#rest = last.slice(whole);
		parts.push(last.slice(0, whole));
		return Buffer.concat(parts.map((part) => Buffer.from(part, "base64")));
	}
}
