import { type PadFormat, parsePadFormat } from "./media-graph.ts";
import type { PadName } from "./media-route.ts";
import { startProgram } from "./supervise.ts";

export interface ToolOptions {
	readonly mediaCtl?: string;
	readonly v4l2Ctl?: string;
	/** A sensor that does not answer on its I2C bus takes seconds, or for ever. */
	readonly timeoutMs?: number;
}

export type MediaCtlTrouble =
	| "missing"
	| "busy"
	| "permission"
	| "no-tool"
	| "refused"
	| "failed";

/** What a tool answered when it did not do as it was asked; one line. */
export class MediaCtlError extends Error {
	override readonly name = "MediaCtlError";
	readonly trouble: MediaCtlTrouble;

	constructor(trouble: MediaCtlTrouble, message: string) {
		super(message);
		this.trouble = trouble;
	}
}

const mostOctets = 1 << 20;

// `Unable to setup formats: Device or resource busy (16)`, `Failed to enumerate /dev/media7 (-2)`: Linux' errno.
const troubles: Readonly<Record<number, MediaCtlTrouble>> = {
	1: "permission",
	2: "missing",
	6: "missing",
	13: "permission",
	16: "busy",
	19: "missing",
	22: "refused",
	25: "refused",
};

/** The topology that `media-ctl -p` prints. */
export function printTopology(device: string, options: ToolOptions = {}) {
	return mediaCtl(device, ["-p"], options);
}

/** Rate only where the driver knows rates: others refuse the whole line. */
export async function setPadFormat(
	device: string,
	pad: PadName,
	{ code, width, height, interval }: PadFormat,
	options: ToolOptions = {},
): Promise<void> {
	const rate = interval ? `@${interval.numerator}/${interval.denominator}` : "";
	await mediaCtl(
		device,
		["--set-v4l2", `${padWord(pad)}[fmt:${code}/${width}x${height}${rate}]`],
		options,
	);
}

/** What a pad really has: `--set-v4l2` succeeds too when the driver took something else. */
export async function getPadFormat(
	device: string,
	pad: PadName,
	options: ToolOptions = {},
): Promise<PadFormat> {
	const text = await mediaCtl(device, ["--get-v4l2", padWord(pad)], options);
	const format = parsePadFormat(text);
	if (format) return format;
	// It says nothing of a sub-device that it may not open, and ends with 0.
	throw new MediaCtlError(
		"permission",
		`media-ctl tells no format of ${padWord(pad)}${detail(text)}`,
	);
}

export async function setLink(
	device: string,
	source: PadName,
	sink: PadName,
	enabled: boolean,
	options: ToolOptions = {},
): Promise<void> {
	const flag = enabled ? 1 : 0;
	const link = `${padWord(source)} -> ${padWord(sink)} [${flag}]`;
	await mediaCtl(device, ["-l", link], options);
}

/** Sets the format of a video node that nobody reads from, and tells whether it took it. */
export async function setNodeFormat(
	node: string,
	wish: {
		readonly fourcc: string;
		readonly width: number;
		readonly height: number;
	},
	options: ToolOptions = {},
): Promise<boolean> {
	const { fourcc, width, height } = wish;
	const set = `--set-fmt-video=width=${width},height=${height},pixelformat=${fourcc}`;
	const { text } = await runTool(
		options.v4l2Ctl ?? "v4l2-ctl",
		["-d", node, set, "--get-fmt-video"],
		options,
	);
	return (
		text.includes(`Width/Height      : ${width}/${height}\n`) &&
		text.includes(`Pixel Format      : '${fourcc.padEnd(4)}'`)
	);
}

/** The bus formats that a sub-device says a pad has: spares asking for others. Empty where the driver does not say. */
export async function listPadCodes(
	node: string,
	pad: number,
	options: ToolOptions = {},
): Promise<ReadonlySet<string>> {
	const { text } = await runTool(
		options.v4l2Ctl ?? "v4l2-ctl",
		["-d", node, "--list-subdev-mbus-codes", `${pad}`],
		options,
	);
	const codes = [...text.matchAll(/MEDIA_BUS_FMT_(\w+)/g)];
	return new Set(codes.map((match) => match[1] ?? ""));
}

/** A pad as `media-ctl` takes it and people read it: `"ov5640 3-003c":0`. */
export function padWord({ entity, pad }: PadName): string {
	return `"${entity}":${pad}`;
}

async function mediaCtl(
	device: string,
	args: readonly string[],
	options: ToolOptions,
): Promise<string> {
	const { code, text } = await runTool(
		options.mediaCtl ?? "media-ctl",
		["-d", device, ...args],
		options,
	);
	if (code === 0) return text;
	const errno = Number(/\(-?(\d+)\)\s*$/.exec(text)?.[1]);
	throw new MediaCtlError(
		troubles[errno] ?? "failed",
		`media-ctl ${args.join(" ")}${detail(text)}`,
	);
}

function detail(text: string): string {
	const said = text.replaceAll(/\s+/g, " ").trim().slice(0, 200);
	return said ? `: ${said}` : "";
}

async function runTool(
	file: string,
	args: readonly string[],
	{ timeoutMs = 10_000 }: ToolOptions,
): Promise<{ code: number; text: string }> {
	const program = startProgram({
		name: "media-ctl",
		file,
		args,
		env: { LC_ALL: "C" },
	});
	let text = "";
	program.stdout.setEncoding("utf8").on("data", (chunk: string) => {
		if (text.length < mostOctets) text += chunk;
	});
	let late = false;
	const timer = setTimeout(() => {
		late = true;
		program.kill();
	}, timeoutMs);
	const { code, stderr } = await program.exited;
	clearTimeout(timer);
	const name = file.split("/").at(-1);
	if (late)
		throw new MediaCtlError(
			"failed",
			`${name} did not answer within ${timeoutMs / 1000} s`,
		);
	if (code === 127)
		throw new MediaCtlError(
			"no-tool",
			`${name} is not installed: run \`apt-get install v4l-utils\` as root`,
		);
	return { code: code ?? -1, text: text + stderr };
}
