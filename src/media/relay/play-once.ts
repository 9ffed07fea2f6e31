import type { Clock } from "../../system/clock.ts";
import { videoClockRate } from "../formats/format.ts";
import { timestamp } from "../rtp/packet.ts";
import type { RtspSource } from "../types.ts";
import { CameraClock } from "./camera-clock.ts";
import { FrameGate, type RelayFrame } from "./frame-gate.ts";
import type { RelaySession } from "./relay-session.ts";
import { openSession, type SoundReceiver } from "./session.ts";
import { type SoundTrack, takeSound } from "./sound-track.ts";
import { type PictureSize, sizeFromSps } from "./sps.ts";
import type { VideoTrack } from "./video-track.ts";

type Hearer = (packet: Buffer, takenAt?: number) => void;

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
	{ source, clock }: { readonly source: RtspSource; readonly clock: Clock },
	signal: AbortSignal,
	begin: (session: RelaySession) => void,
): Promise<string> {
	const over = new AbortController();
	const takers = new Set<(frame: RelayFrame) => void>();
	const hearers = new Set<Hearer>();
	const cameraClock = new CameraClock(clock);
	let sound: SoundTrack | undefined;
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
			sound: sound && {
				description: sound.description,
				subscribe(take) {
					hearers.add(take);
					return () => hearers.delete(take);
				},
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

	const receiveSound = (found: SoundTrack): SoundReceiver => {
		const clocked = cameraClock.track(found.description.clockRate);
		return {
			begin() {
				sound = found;
			},
			rtp(packet) {
				if (changed || !takeSound(packet, found)) return;
				const takenAt = clocked.takenAt(timestamp(packet));
				for (const hear of hearers) hear(packet, takenAt);
			},
			rtcp: (packet) => clocked.rtcp(packet),
		};
	};

	try {
		const session = await openSession(source, {
			clock,
			signal: opening.signal,
			receive(track) {
				size = announcedSize(track);
				const clocked = cameraClock.track(videoClockRate);
				const gate = new FrameGate(track, {
					frame: (frame) => {
						if (changed) return;
						const [first] = frame.packets;
						const takenAt = first && clocked.takenAt(timestamp(first));
						for (const take of takers) take({ ...frame, takenAt });
					},
					size: (found) => learn(track, found),
				});
				return {
					rtp: (packet) => gate.push(packet),
					rtcp: (packet) => clocked.rtcp(packet),
				};
			},
			receiveSound: source.sound ? receiveSound : undefined,
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
