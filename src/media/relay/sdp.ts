/** The video of a camera that can be taken over. */
export interface VideoTrack {
	readonly encoding: "H264" | "H265" | "JPEG";
	readonly payloadType: number;
	/** Where to send SETUP. */
	readonly control: string;
	/** Parameter sets from the SDP, in the order in which a decoder wants them: SPS and PPS, for H.265 VPS first. */
	readonly parameterSets: readonly Buffer[];
	/** H.264 packets in the order of decoding (RFC 6184, 6.2 and 6.3): others cannot be passed on. */
	readonly inOrder: boolean;
}

const maxLines = 1000;
const maxParameterSets = 8;
const maxParameterSet = 1024;
const jpegPayloadType = 26;

interface Media {
	readonly payloadTypes: readonly number[];
	readonly attributes: Map<string, string[]>;
}

function attribute(attributes: Map<string, string[]>, text: string): void {
	const colon = text.indexOf(":");
	const name = colon < 0 ? text : text.slice(0, colon);
	const values = attributes.get(name) ?? [];
	values.push(colon < 0 ? "" : text.slice(colon + 1).trim());
	attributes.set(name, values);
}

/** The session's attributes, and each video's. */
function read(sdp: string): { session: Media; videos: Media[] } {
	const session: Media = { payloadTypes: [], attributes: new Map() };
	const videos: Media[] = [];
	let current: Media | undefined = session;
	for (const line of sdp.split(/\r\n|\r|\n/, maxLines)) {
		const media = /^m=(\w+)\s+\S+\s+\S+\s+([\d\s]+)$/.exec(line.trim());
		if (media) {
			current = {
				payloadTypes: (media[2] ?? "").trim().split(/\s+/).map(Number),
				attributes: new Map(),
			};
			if (media[1] === "video") videos.push(current);
		} else if (line.startsWith("a="))
			attribute(current.attributes, line.slice(2));
	}
	return { session, videos };
}

/** `control` may be a whole address, a path below the presentation's, or `*` for that itself. */
function controlAddress(base: string, control: string | undefined): string {
	if (control === undefined || control === "" || control === "*") return base;
	if (/^rtsp:\/\//i.test(control)) return control;
	return base.endsWith("/") ? base + control : `${base}/${control}`;
}

function encodingOf({ attributes }: Media, payloadType: number): string {
	const map = attributes
		.get("rtpmap")
		?.map((value) => /^(\d+)\s+([\w-]+)\/90000\b/.exec(value))
		.find((match) => Number(match?.[1]) === payloadType);
	if (map?.[2]) return map[2].toUpperCase();
	return payloadType === jpegPayloadType ? "JPEG" : "";
}

function formatOf(
	{ attributes }: Media,
	payloadType: number,
): Map<string, string> {
	const line = attributes
		.get("fmtp")
		?.find((value) => Number.parseInt(value, 10) === payloadType);
	const found = new Map<string, string>();
	for (const part of (line ?? "").replace(/^\d+\s+/, "").split(";")) {
		const equals = part.indexOf("=");
		if (equals > 0)
			found.set(
				part.slice(0, equals).trim().toLowerCase(),
				part.slice(equals + 1).trim(),
			);
	}
	return found;
}

function parameterSetsOf(format: Map<string, string>): Buffer[] {
	return ["sprop-parameter-sets", "sprop-vps", "sprop-sps", "sprop-pps"]
		.flatMap((name) => format.get(name)?.split(",") ?? [])
		.slice(0, maxParameterSets)
		.map((text) => Buffer.from(text, "base64"))
		.filter((set) => set.length > 3 && set.length <= maxParameterSet);
}

/** The first video in an encoding that we know; undefined when there is none. `base` is the presentation's address. */
export function findVideo(sdp: string, base: string): VideoTrack | undefined {
	const { videos } = read(sdp);
	for (const video of videos)
		for (const payloadType of video.payloadTypes) {
			const encoding = encodingOf(video, payloadType);
			if (encoding !== "H264" && encoding !== "H265" && encoding !== "JPEG")
				continue;
			const format = formatOf(video, payloadType);
			return {
				encoding,
				payloadType,
				control: controlAddress(base, video.attributes.get("control")?.[0]),
				parameterSets: parameterSetsOf(format),
				inOrder: format.get("packetization-mode") !== "2",
			};
		}
	return undefined;
}

/** Where to send PLAY: the session's own control, else the presentation. */
export function sessionControl(sdp: string, base: string): string {
	return controlAddress(base, read(sdp).session.attributes.get("control")?.[0]);
}
