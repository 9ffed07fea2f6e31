/** The frequency in Hz of a steady tone, by its rising zero crossings; 16-bit little-endian samples of one channel. Fails on silence. */
export function toneOf(samples: Buffer, sampleRate: number): number {
	const count = Math.floor(samples.length / 2);
	const crossings: number[] = [];
	let loudest = 0;
	for (let i = 1; i < count; i++) {
		const before = samples.readInt16LE(2 * (i - 1));
		const now = samples.readInt16LE(2 * i);
		loudest = Math.max(loudest, Math.abs(now));
		// Where between the two samples the line between them is at zero.
		if (before < 0 && now >= 0) crossings.push(i - now / (now - before));
	}
	if (loudest < 500)
		throw new Error(`silence: the loudest sample is ${loudest}`);
	// The median period: a gap or a click does not move it.
	const periods = crossings
		.slice(1)
		.map((at, i) => at - (crossings[i] ?? 0))
		.toSorted((a, b) => a - b);
	const median = periods[Math.floor(periods.length / 2)];
	if (median === undefined) throw new Error("no tone");
	return sampleRate / median;
}
