import { FrameGate, type RelayFrame } from "../media/relay/frame-gate.ts";
import type { VideoTrack } from "../media/relay/video-track.ts";
import type { WebcamSession } from "./session.ts";

/** RFC 3551, table 5. */
const jpegPayloadType = 26;

/** What packets that no SDP tells of hold: JPEG has a payload type of its own, of the others H.264 is by far the likeliest. */
function guessed(payloadType: number): VideoTrack {
	return {
		encoding: payloadType === jpegPayloadType ? "JPEG" : "H264",
		payloadType,
		media: { type: "video", formats: [], control: "" },
		parameterSets: [],
		inOrder: true,
	};
}

/** One sender's packets, from its first to its last. */
export class RtpSession implements WebcamSession {
	readonly track: VideoTrack;
	readonly ended: AbortSignal;
	readonly #end = new AbortController();
	readonly #takers = new Set<(frame: RelayFrame) => void>();
	readonly #gate: FrameGate;

	constructor(payloadType: number, track = guessed(payloadType)) {
		this.track = track;
		this.ended = this.#end.signal;
		this.#gate = new FrameGate(track, {
			frame: (frame) => {
				for (const take of this.#takers) take(frame);
			},
			size() {},
		});
	}

	subscribe = (take: (frame: RelayFrame) => void): (() => void) => {
		this.#takers.add(take);
		return () => this.#takers.delete(take);
	};

	/** In order. */
	push(packet: Buffer): void {
		this.#gate.push(packet);
	}

	end(): void {
		this.#end.abort();
	}
}
