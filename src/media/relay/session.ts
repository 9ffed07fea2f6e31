import { RtspClient } from "../../rtsp-client/client.ts";
import { RtspError } from "../../rtsp-client/errors.ts";
import type { TrackReceiver } from "../../rtsp-client/receiver.ts";
import type { Clock } from "../../system/clock.ts";
import type { RtspSource } from "../types.ts";
import { findSound, type SoundTrack } from "./sound-track.ts";
import { findVideo, type VideoTrack } from "./video-track.ts";

/** A camera that plays sends something within this time. */
const silenceMs = 10_000;

/** A camera that plays to us. */
export interface PlayingSession {
	readonly track: VideoTrack;
	/** Resolves with why it ended. */
	readonly ended: Promise<string>;
	/** Tells the camera goodbye. */
	close(): void;
}

export interface SoundReceiver extends TrackReceiver {
	/** The camera gives it. */
	begin(): void;
}

interface OpenOptions {
	/** From PLAY on; asked for once the track is known. */
	readonly receive: (track: VideoTrack) => TrackReceiver;
	/** The same for the sound that goes with it; undefined where that is not wanted. */
	readonly receiveSound?: ((track: SoundTrack) => SoundReceiver) | undefined;
	readonly clock: Clock;
	/** Aborting it hangs up. */
	readonly signal: AbortSignal;
}

/**
 * Connects, logs in and plays.
 * @throws RtspError with what is wrong
 */
export async function openSession(
	source: RtspSource,
	{ receive, receiveSound, clock, signal }: OpenOptions,
): Promise<PlayingSession> {
	const { url, user, password, transport, verifyCertificate } = source;
	const login = user === null ? undefined : { user, password: password ?? "" };
	const client = await RtspClient.connect({
		url,
		login,
		verifyCertificate,
		clock,
		signal,
	});
	try {
		const track = findVideo(client.description);
		if (!track) throw new RtspError("it offers no H.264, H.265 or JPEG video");
		const silence = setTimeout(
			() => client.end("it sends no packets any more"),
			silenceMs,
		);
		const ended = client.closed.finally(() => clearTimeout(silence));
		const receiver = receive(track);
		await client.setup(track.media, transport, {
			...receiver,
			rtp(packet) {
				silence.refresh();
				receiver.rtp(packet);
			},
		});
		if (receiveSound) await setUpSound(client, transport, receiveSound);
		await client.play();
		silence.refresh();
		return { track, ended, close: () => client.close() };
	} catch (error) {
		client.end("stopped");
		throw error;
	}
}

/** A camera that does not give its sound is watched without. */
async function setUpSound(
	client: RtspClient,
	transport: RtspSource["transport"],
	receive: (track: SoundTrack) => SoundReceiver,
): Promise<void> {
	const sound = findSound(client.description);
	if (!sound) return;
	const receiver = receive(sound);
	try {
		await client.setup(sound.media, transport, receiver);
		receiver.begin();
	} catch (error) {
		if (!(error instanceof RtspError)) throw error;
	}
}
