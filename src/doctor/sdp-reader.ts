/** The video track of a session description, in what a decoder needs to know of it. */
export interface VideoTrack {
	/** `H264`, as RTP payload formats are named. */
	readonly encodingName: string;
	readonly clockRate: number;
	readonly payloadType: number;
	/** Where SETUP goes, relative or not. */
	readonly control: string;
}

/** RFC 3551's static types that need no rtpmap. */
const staticTypes: Readonly<Record<number, string>> = { 26: "JPEG" };

/** The first video track (RFC 4566); throws where there is none that can be read. */
export function readVideoTrack(sdp: string): VideoTrack {
	const media = sdp.split(/^(?=m=)/m);
	const video = media.find((lines) => lines.startsWith("m=video "));
	const payloadType = Number(
		/^m=video \d+ \S+ (\d{1,3})\b/.exec(video ?? "")?.[1],
	);
	if (video === undefined || Number.isNaN(payloadType))
		throw new Error("the session description has no video");
	const map = new RegExp(
		`^a=rtpmap:${payloadType} ([A-Za-z0-9-]{1,32})/(\\d{1,9})`,
		"m",
	).exec(video);
	const encodingName = map?.[1] ?? staticTypes[payloadType];
	if (encodingName === undefined)
		throw new Error("the session description does not name the encoding");
	return {
		encodingName: encodingName.toUpperCase(),
		clockRate: Number(map?.[2] ?? 90_000),
		payloadType,
		control: /^a=control:(\S+)/m.exec(video)?.[1] ?? "*",
	};
}
