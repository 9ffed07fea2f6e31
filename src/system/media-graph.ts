/** What crosses a link: bus format (`UYVY8_2X8`), pixels, and seconds a frame where the driver tells. */
export interface PadFormat {
	readonly code: string;
	readonly width: number;
	readonly height: number;
	readonly interval?: {
		readonly numerator: number;
		readonly denominator: number;
	};
}

/** A link as one of its pads sees it: where it leads to. */
export interface MediaLink {
	readonly entity: string;
	readonly pad: number;
	readonly enabled: boolean;
	readonly immutable: boolean;
}

export interface MediaPad {
	readonly index: number;
	readonly direction: "sink" | "source";
	/** Undefined for video nodes, and for sub-devices that this user may not open. */
	readonly format: PadFormat | undefined;
	readonly links: readonly MediaLink[];
}

export interface MediaEntity {
	/** With the I2C bus and address for most sensors: `ov5640 3-003c`. */
	readonly name: string;
	/** `node` is one that programs capture from (`/dev/video0`), `subdevice` one that media-ctl sets up. */
	readonly kind: "node" | "subdevice" | "other";
	/** `/dev/video0` or `/dev/v4l-subdev0`; undefined where the driver keeps it to itself. */
	readonly node: string | undefined;
	readonly pads: readonly MediaPad[];
}

export interface MediaGraph {
	readonly driver: string;
	readonly entities: readonly MediaEntity[];
}

// The largest boards have some 60 entities; a broken driver may print for ever.
const mostEntities = 256;

const entityLine = /^- entity \d+: (.*) \(\d+ pads?, \d+ links?[^)]*\)$/;
const typeLine = /^\s+type (V4L2 subdev|Node subtype V4L)?/;
const nodeLine = /^\s+device node name (\/\S+)$/;
const padLine = /^\tpad(\d+): .*?(Sink|Source|SINK|SOURCE)/;
const linkLine = /^\t\t(?:<-|->) "(.*)":(\d+) \[([A-Z,]*)\]$/;
const driverLine = /^driver\s+(\S+)/;

interface Pad extends MediaPad {
	format: PadFormat | undefined;
	readonly links: MediaLink[];
}

interface Entity extends MediaEntity {
	kind: MediaEntity["kind"];
	node: string | undefined;
	readonly pads: Pad[];
}

/** Reads what `media-ctl -p` prints; lines that say something else are passed over. */
export function parseMediaGraph(text: string): MediaGraph {
	const entities: Entity[] = [];
	let driver = "";
	for (const line of text.split("\n")) {
		const name = entityLine.exec(line)?.[1];
		const entity = entities.at(-1);
		if (name !== undefined) {
			if (entities.length === mostEntities) break;
			entities.push({ name, kind: "other", node: undefined, pads: [] });
		} else if (entity) readInto(entity, line);
		else driver ||= driverLine.exec(line)?.[1] ?? "";
	}
	return { driver, entities };
}

function readInto(entity: Entity, line: string): void {
	const type = typeLine.exec(line)?.[1];
	if (type) entity.kind = type === "V4L2 subdev" ? "subdevice" : "node";
	entity.node ??= nodeLine.exec(line)?.[1];
	const pad = padLine.exec(line);
	if (pad)
		entity.pads.push({
			index: Number(pad[1]),
			direction: pad[2]?.toLowerCase() === "sink" ? "sink" : "source",
			format: undefined,
			links: [],
		});
	const latest = entity.pads.at(-1);
	if (!latest) return;
	latest.format ??= parsePadFormat(line);
	const link = linkLine.exec(line);
	if (link?.[1] === undefined) return;
	const flags = (link[3] ?? "").split(",");
	latest.links.push({
		entity: link[1],
		pad: Number(link[2]),
		enabled: flags.includes("ENABLED"),
		immutable: flags.includes("IMMUTABLE"),
	});
}

/** Reads `[fmt:UYVY8_2X8/640x480@1/30 field:none ...`, from `media-ctl -p` and `--get-v4l2`. */
export function parsePadFormat(text: string): PadFormat | undefined {
	const found =
		/\[(?:stream:\d+ )?fmt:(\S+?)\/(\d+)x(\d+)(?:@(\d+)\/(\d+))?/.exec(text);
	if (found?.[1] === undefined) return undefined;
	const [width = 0, height = 0, numerator, denominator] = found
		.slice(2)
		.map((digits) => (digits === undefined ? undefined : Number(digits)));
	const size = { code: found[1], width, height };
	return numerator && denominator
		? { ...size, interval: { numerator, denominator } }
		: size;
}
