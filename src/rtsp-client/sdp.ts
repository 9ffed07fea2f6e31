/** One way in which a medium may come: an RTP payload type and what it stands for (RFC 4566, 6). */
export interface MediaFormat {
	readonly payloadType: number;
	/** As RTP payload formats are registered, in capitals: `H264`, `MPEG4-GENERIC`; letters, digits, dots, hyphens, underscores. */
	readonly encodingName: string;
	readonly clockRate: number;
	/** Audio: how many; 1 for all else. */
	readonly channels: number;
	/** The parameters of `a=fmtp` by lower-case name; their values are the server's words, unchecked. */
	readonly fmtp: ReadonlyMap<string, string>;
}

/** One medium, a track of the session. */
export interface MediaDescription {
	/** `video`, `audio`, `application`. */
	readonly type: string;
	/** In the server's order of preference; those that it does not name are left out. */
	readonly formats: readonly MediaFormat[];
	/** Where to send SETUP. */
	readonly control: string;
}

export interface SessionDescription {
	/** Where to send PLAY: the session's own control, else the presentation. */
	readonly control: string;
	readonly media: readonly MediaDescription[];
}

const maxLines = 1000;
const maxMedia = 32;
const maxFormats = 32;
const maxParameters = 64;

/** RFC 3551, tables 4 and 5: types that need no rtpmap. */
const staticTypes: Readonly<Record<number, readonly [string, number, number]>> =
	{
		0: ["PCMU", 8000, 1],
		3: ["GSM", 8000, 1],
		4: ["G723", 8000, 1],
		8: ["PCMA", 8000, 1],
		9: ["G722", 8000, 1],
		10: ["L16", 44_100, 2],
		11: ["L16", 44_100, 1],
		14: ["MPA", 90_000, 1],
		26: ["JPEG", 90_000, 1],
		31: ["H261", 90_000, 1],
		32: ["MPV", 90_000, 1],
		33: ["MP2T", 90_000, 1],
		34: ["H263", 90_000, 1],
	};

interface Section {
	readonly type: string;
	readonly payloadTypes: readonly number[];
	readonly attributes: Map<string, string[]>;
}

/** The session's own section, and one a medium. */
function sections(sdp: string): [Section, ...Section[]] {
	let current: Section = { type: "", payloadTypes: [], attributes: new Map() };
	const all: [Section, ...Section[]] = [current];
	for (const line of sdp.split(/\r\n|\r|\n/, maxLines)) {
		const media = /^m=(\w{1,32})\s+\S+\s+\S+\s+([\d\s]+)$/.exec(line.trim());
		if (media) {
			if (all.length > maxMedia) break;
			const types = (media[2] ?? "").trim().split(/\s+/, maxFormats);
			current = {
				type: (media[1] ?? "").toLowerCase(),
				payloadTypes: types.map(Number).filter((type) => type < 128),
				attributes: new Map(),
			};
			all.push(current);
		} else if (/^m=/.test(line)) {
			// A medium that is not RTP: its attributes are not those of the one before.
			current = { type: "", payloadTypes: [], attributes: new Map() };
		} else if (line.startsWith("a="))
			addAttribute(current.attributes, line.slice(2));
	}
	return all;
}

function addAttribute(attributes: Map<string, string[]>, text: string): void {
	const colon = text.indexOf(":");
	const name = colon < 0 ? text : text.slice(0, colon);
	const values = attributes.get(name) ?? [];
	values.push(colon < 0 ? "" : text.slice(colon + 1).trim());
	attributes.set(name, values);
}

/** `control` may be a whole address, a path below the presentation's, or `*` for that itself. */
function controlAddress(base: string, control: string | undefined): string {
	if (control === undefined || control === "" || control === "*") return base;
	if (/^rtsps?:\/\//i.test(control)) return control;
	return base.endsWith("/") ? base + control : `${base}/${control}`;
}

function fmtpOf(
	attributes: Section["attributes"],
	payloadType: number,
): Map<string, string> {
	const line = attributes
		.get("fmtp")
		?.find((value) => Number.parseInt(value, 10) === payloadType);
	const found = new Map<string, string>();
	for (const part of (line ?? "")
		.replace(/^\d+\s+/, "")
		.split(";", maxParameters)) {
		const equals = part.indexOf("=");
		if (equals > 0)
			found.set(
				part.slice(0, equals).trim().toLowerCase(),
				part.slice(equals + 1).trim(),
			);
	}
	return found;
}

function formatOf(
	attributes: Section["attributes"],
	payloadType: number,
): MediaFormat | undefined {
	const map = attributes
		.get("rtpmap")
		?.map((value) =>
			/^(\d+)\s+([\w.-]{1,32})\/(\d{1,9})(?:\/(\d{1,2}))?\s*$/.exec(value),
		)
		.find((match) => Number(match?.[1]) === payloadType);
	const [name, clockRate, channels] = map
		? [map[2] ?? "", Number(map[3]), Number(map[4] ?? 1)]
		: (staticTypes[payloadType] ?? []);
	if (!name || !clockRate || !channels) return undefined;
	return {
		payloadType,
		encodingName: name.toUpperCase(),
		clockRate,
		channels,
		fmtp: fmtpOf(attributes, payloadType),
	};
}

/** All RTP media of a session description (RFC 4566). `base` is the presentation's address. */
export function readDescription(sdp: string, base: string): SessionDescription {
	const [session, ...media] = sections(sdp);
	const controlOf = ({ attributes }: Section) =>
		controlAddress(base, attributes.get("control")?.[0]);
	return {
		control: controlOf(session),
		media: media.map((section) => ({
			type: section.type,
			formats: section.payloadTypes.flatMap(
				(type) => formatOf(section.attributes, type) ?? [],
			),
			control: controlOf(section),
		})),
	};
}
