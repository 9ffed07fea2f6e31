/** Frames a second that a size comes at: single rates, or any between `min` and `max`. */
export type FrameRates =
	| { readonly kind: "discrete"; readonly rates: readonly number[] }
	| { readonly kind: "range"; readonly min: number; readonly max: number };

interface Size {
	readonly width: number;
	readonly height: number;
}

/** Pixels. A stepped size takes every `step` from `min` to `max`. */
export type FrameSize =
	| ({ readonly kind: "discrete"; readonly frameRates: FrameRates } & Size)
	| {
			readonly kind: "stepped";
			readonly min: Size;
			readonly max: Size;
			readonly step: Size;
			readonly frameRates: FrameRates;
	  };

export interface VideoFormat {
	/** V4L2's name of the pixel format: `YUYV`, `MJPG`. */
	readonly fourcc: string;
	readonly compressed: boolean;
	readonly sizes: readonly FrameSize[];
}

// vivid has 83 formats with up to 12 sizes; a broken driver may enumerate for ever.
const mostFormats = 256;
const mostSizes = 256;
const mostRates = 64;

// Big-endian formats are written `'Y16 -BE'`.
const formatLine = /^\s*\[\d+\]: '(.{4}(?:-BE)?)'.*?(, compressed\b.*)?$/;
const discreteLine = /^\s*Size: Discrete (\d+)x(\d+)$/;
const steppedLine =
	/^\s*Size: (?:Continuous|Stepwise) (\d+)x(\d+) - (\d+)x(\d+)(?: with step (\d+)\/(\d+))?$/;
const rateLine =
	/^\s*Interval: .*\((\d+(?:\.\d+)?)(?:-(\d+(?:\.\d+)?))? fps\)$/;

/** Reads what `v4l2-ctl --list-formats-ext` prints; lines that say something else are passed over. */
export function parseVideoFormats(text: string): readonly VideoFormat[] {
	const formats: { fourcc: string; compressed: boolean; sizes: FrameSize[] }[] =
		[];
	for (const line of text.split("\n")) {
		const format = formatLine.exec(line);
		if (format?.[1] !== undefined) {
			if (formats.length === mostFormats) break;
			formats.push({
				fourcc: format[1].trimEnd(),
				compressed: format[2] !== undefined,
				sizes: [],
			});
			continue;
		}
		const sizes = formats.at(-1)?.sizes;
		if (sizes === undefined) continue;
		const size = parseSize(line);
		if (size !== undefined && sizes.length < mostSizes) sizes.push(size);
		const last = sizes.at(-1);
		const rate = rateLine.exec(line);
		if (last !== undefined && rate !== null)
			sizes[sizes.length - 1] = {
				...last,
				frameRates: withRate(last.frameRates, rate),
			};
	}
	return formats;
}

function parseSize(line: string): FrameSize | undefined {
	const frameRates: FrameRates = { kind: "discrete", rates: [] };
	const discrete = discreteLine.exec(line);
	if (discrete !== null)
		return {
			kind: "discrete",
			...sizeOf(discrete[1], discrete[2]),
			frameRates,
		};
	const stepped = steppedLine.exec(line);
	if (stepped === null) return undefined;
	return {
		kind: "stepped",
		min: sizeOf(stepped[1], stepped[2]),
		max: sizeOf(stepped[3], stepped[4]),
		step: sizeOf(stepped[5] ?? "1", stepped[6] ?? "1"),
		frameRates,
	};
}

function sizeOf(width: string | undefined, height: string | undefined): Size {
	return { width: Number(width), height: Number(height) };
}

function withRate(rates: FrameRates, line: RegExpExecArray): FrameRates {
	const [first, second] = [Number(line[1]), Number(line[2] ?? line[1])];
	if (line[2] !== undefined)
		return {
			kind: "range",
			min: Math.min(first, second),
			max: Math.max(first, second),
		};
	if (rates.kind === "range" || rates.rates.length === mostRates) return rates;
	return { kind: "discrete", rates: [...rates.rates, first] };
}
