import type { RtspSource } from "../types.ts";
import { FrameGate, type RelayFrame } from "./frame-gate.ts";
import type { RelaySession } from "./relay.ts";
import { openSession } from "./session.ts";
import { type PictureSize, sizeFromSps } from "./sps.ts";
import type { VideoTrack } from "./video-track.ts";

/** The size that the SDP already tells. */
function announcedSize(track: VideoTrack): PictureSize | undefined {
	const [sps] = track.parameterSets;
	return track.encoding === "H264" && sps ? sizeFromSps(sps) : undefined;
}

/**
 * Plays the camera until it ends, `signal` aborts or its picture changes in size; answers why it ended.
 * `begin` is told of the session once the size of its pictures is known.
 * @throws RtspError when it cannot be played
 */
export async function playOnce(
	source: RtspSource,
	signal: AbortSignal,
	begin: (session: RelaySession) => void,
): Promise<string> {
	const over = new AbortController();
	const takers = new Set<(frame: RelayFrame) => void>();
	let size: PictureSize | undefined;
	let changed = false;
	const opening = new AbortController();
	let close = () => opening.abort();
	const stop = () => close();
	signal.addEventListener("abort", stop, { once: true });

	const announce = (track: VideoTrack) =>
		begin({
			track,
			size,
			ended: over.signal,
			subscribe(take) {
				takers.add(take);
				return () => takers.delete(take);
			},
		});
	const learn = (track: VideoTrack, found: PictureSize) => {
		if (size === undefined) {
			size = found;
			announce(track);
		} else if (size.width !== found.width || size.height !== found.height) {
			changed = true;
			close();
		}
	};

	try {
		const session = await openSession(source, {
			signal: opening.signal,
			receive(track) {
				size = announcedSize(track);
				const gate = new FrameGate(track, {
					frame: (frame) => {
						if (!changed) for (const take of takers) take(frame);
					},
					size: (found) => learn(track, found),
				});
				return (packet) => gate.push(packet);
			},
		});
		close = () => session.close();
		const { track } = session;
		if (size !== undefined || track.encoding === "H265") announce(track);
		if (signal.aborted) close();
		const reason = await session.ended;
		return changed ? "the size of its picture changed" : reason;
	} finally {
		signal.removeEventListener("abort", stop);
		over.abort();
	}
}
