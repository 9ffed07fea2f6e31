import type {
	MediaDescription,
	MediaFormat,
	SessionDescription,
} from "../../rtsp-client/sdp.ts";

/** The video of a camera that can be taken over. */
export interface VideoTrack {
	readonly encoding: "H264" | "H265" | "JPEG";
	readonly payloadType: number;
	/** What to set up. */
	readonly media: MediaDescription;
	/** Parameter sets from the SDP, in the order in which a decoder wants them: SPS and PPS, for H.265 VPS first. */
	readonly parameterSets: readonly Buffer[];
	/** H.264 packets in the order of decoding (RFC 6184, 6.2 and 6.3): others cannot be passed on. */
	readonly inOrder: boolean;
}

const maxParameterSets = 8;
const maxParameterSet = 1024;

function parameterSetsOf({ fmtp }: MediaFormat): Buffer[] {
	return ["sprop-parameter-sets", "sprop-vps", "sprop-sps", "sprop-pps"]
		.flatMap((name) => fmtp.get(name)?.split(",") ?? [])
		.slice(0, maxParameterSets)
		.map((text) => Buffer.from(text, "base64"))
		.filter((set) => set.length > 3 && set.length <= maxParameterSet);
}

/** The first video in an encoding that we know; undefined when there is none. */
export function findVideo(
	description: SessionDescription,
): VideoTrack | undefined {
	for (const media of description.media)
		for (const format of media.type === "video" ? media.formats : []) {
			const { encodingName, clockRate, payloadType, fmtp } = format;
			if (
				clockRate !== 90_000 ||
				(encodingName !== "H264" &&
					encodingName !== "H265" &&
					encodingName !== "JPEG")
			)
				continue;
			return {
				encoding: encodingName,
				payloadType,
				media,
				parameterSets: parameterSetsOf(format),
				inOrder: fmtp.get("packetization-mode") !== "2",
			};
		}
	return undefined;
}
