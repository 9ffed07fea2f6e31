import type { RelayFrame } from "./frame-gate.ts";
import type { SoundTrack } from "./sound-track.ts";
import type { PictureSize } from "./sps.ts";
import type { VideoTrack } from "./video-track.ts";

export interface RelayedSound {
	readonly description: SoundTrack["description"];
	/** Packets from the next one on; answers how to leave. */
	subscribe(take: (packet: Buffer, takenAt?: number) => void): () => void;
}

/** One time of being connected to the camera. */
export interface RelaySession {
	readonly track: VideoTrack;
	/** Undefined for H.265, whose pictures are always encoded anew. */
	readonly size: PictureSize | undefined;
	/** Aborted when it is over. */
	readonly ended: AbortSignal;
	/** Frames from the next one on; answers how to leave. */
	subscribe(take: (frame: RelayFrame) => void): () => void;
	/** Undefined where it is not wanted, or the camera has none. */
	readonly sound: RelayedSound | undefined;
}
