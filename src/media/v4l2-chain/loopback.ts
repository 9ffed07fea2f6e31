import { setTimeout as sleep } from "node:timers/promises";
import { formatOfLine, infoLine } from "./launch.ts";
import { ChainTrouble } from "./trouble.ts";
import { parseFormat } from "./v4l2-ctl.ts";

const lookEveryMs = 150;
const limitMs = 8000;

export interface LoopbackAccess {
	/** What is at a path: only a `device` may be handed to programs that would make a file of a path without one. */
	nodeKind(path: string): Promise<"device" | "other" | "missing">;
	/** Runs v4l2-ctl; resolves with what it said. */
	v4l2Ctl(args: readonly string[]): Promise<string>;
	/** Who has the device open: `name (pid 1)`, empty for nobody. */
	holders(path: string): Promise<readonly string[]>;
}

/** Why a device cannot be written to: not there, a plain file, another driver's, or open in another program. */
export class LoopbackTrouble extends ChainTrouble {
	readonly kind: "missing" | "file" | "foreign" | "busy";

	constructor(kind: LoopbackTrouble["kind"], message: string) {
		super(message);
		this.kind = kind;
	}
}

/** What v4l2compress writes. */
export interface LoopbackFormat {
	readonly fourcc: string;
	readonly width: number;
	readonly height: number;
}

/** Whether v4l2compress may write to it; `wanted` is for the message. Neither it nor v4l2rtspserver ever makes a file when this stands before them. */
export async function checkLoopback(
	path: string,
	access: LoopbackAccess,
	wanted?: LoopbackFormat,
): Promise<void> {
	const kind = await access.nodeKind(path);
	if (kind === "missing")
		throw new LoopbackTrouble(
			"missing",
			`${path} is not there: modprobe v4l2loopback video_nr=${numberOf(path)} exclusive_caps=0`,
		);
	if (kind === "other")
		throw new LoopbackTrouble(
			"file",
			`${path} is no video device: a program made it while there was none; remove it, then modprobe v4l2loopback`,
		);
	const said = await access.v4l2Ctl(infoLine(path));
	const driver = /^\s*Driver name\s*: (.*)$/m.exec(said)?.[1]?.trim();
	if (driver !== "v4l2 loopback")
		throw new LoopbackTrouble(
			"foreign",
			`${path} is no loopback device but ${driver ? `one of the driver ${driver}` : "one that does not tell its driver"}: chain.loopback must name a device of v4l2loopback`,
		);
	const holders = await access.holders(path);
	if (holders.length > 0)
		throw new LoopbackTrouble(
			"busy",
			`${path} is in use by ${holders.join(", ")}; a loopback device that is open keeps its format${wanted ? ` and takes no ${text(wanted)}` : ""}`,
		);
}

function numberOf(path: string): string {
	return /(\d+)$/.exec(path)?.[1] ?? "10";
}

function text({ fourcc, width, height }: LoopbackFormat): string {
	return `${fourcc} ${width}x${height}`;
}

/** Resolves when the writer has set its format, before which v4l2rtspserver would give up. Rejects when `signal` aborts. */
export async function loopbackWritten(
	path: string,
	wanted: LoopbackFormat,
	access: LoopbackAccess,
	signal: AbortSignal,
): Promise<void> {
	const looks = Math.ceil(limitMs / lookEveryMs);
	let last: LoopbackFormat | undefined;
	for (let look = 0; look < looks; look++) {
		signal.throwIfAborted();
		last = parseFormat(await access.v4l2Ctl(formatOfLine(path)));
		if (
			last?.fourcc === wanted.fourcc &&
			last.width === wanted.width &&
			last.height === wanted.height
		)
			return;
		await sleep(lookEveryMs, undefined, { signal });
	}
	const is = last ? `stays at ${text(last)}` : "has no format";
	throw new ChainTrouble(
		`${path} ${is} instead of ${text(wanted)}: close the programs that have it open`,
	);
}
