import type { RelaySession } from "../media/relay/relay-session.ts";
import type { VideoTrack } from "../media/relay/video-track.ts";

/** One time of being connected to a source. */
export type WebcamSession = Pick<RelaySession, "track" | "ended" | "subscribe">;

/** Where RTP packets arrive, and what is in them. */
export interface RtpPlace {
	/** A multicast group, or the local address that they are sent to. */
	readonly host: string;
	readonly port: number;
	/** Undefined: JPEG by its static payload type, else H.264. */
	readonly track: VideoTrack | undefined;
}
