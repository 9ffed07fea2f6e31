import { soundInAac } from "../../../media/audio/sound-in-aac.ts";
import type { WatchedProfile } from "../../../media/types.ts";
import { SourceUnavailable } from "../../../media/types.ts";
import { aborted } from "../../../system/timer.ts";
import {
	type PushContext,
	PushFailed,
	type PushScheme,
	type PushTarget,
} from "../types.ts";
import { aacConfigOf } from "./aac.ts";
import { rtmpAddress } from "./address.ts";
import { RtmpConnection } from "./connection.ts";
import { RtmpError } from "./message.ts";
import { RtmpSender, type SentTrack } from "./sender.ts";

/** How often is looked whether the profile is still made of the same streams. */
const lookMs = 5000;

/** RTMP, or RTMP over TLS, to a server's application under a stream key: H.264, and AAC where the profile has it. */
export const pushRtmp: PushScheme = async (target, context, attempt) => {
	const address = rtmpAddress(target.url);
	if (!address) throw new PushFailed("it is no rtmp://host/app/key");
	const profile = watched(target, context);
	const { video, sound } = await tracksOf(profile);
	attempt.signal.throwIfAborted();
	const connection = await RtmpConnection.open(address, context.clock);
	const stopped = aborted(attempt.signal);
	try {
		await Promise.race([connection.started, stopped]);
		if (attempt.signal.aborted) return;
		const ending = new Ending();
		const sender = new RtmpSender({
			video,
			sound,
			connection,
			clock: context.clock,
			onFirst: () => attempt.sending(),
			onEnd: (reason) => ending.fail(reason),
		});
		const look = setInterval(() => {
			if (isChanged(profile, context.directory.find(target.profile)))
				ending.fail("the profile has other streams now");
		}, lookMs).unref();
		try {
			sender.start();
			await Promise.race([
				stopped,
				ending.failed,
				connection.ended.then((error) => {
					throw error;
				}),
			]);
		} finally {
			clearInterval(look);
			sender.stop();
		}
	} catch (error) {
		throw error instanceof RtmpError ? new PushFailed(error.message) : error;
	} finally {
		await connection.close();
	}
};

/** Why the streams are over, told from without. */
class Ending {
	readonly failed: Promise<never>;
	#reject: (error: PushFailed) => void = () => {};

	constructor() {
		this.failed = new Promise((_resolve, reject) => {
			this.#reject = reject;
		});
		// It may fail before anybody waits for it.
		this.failed.catch(() => {});
	}

	fail(reason: string): void {
		this.#reject(new PushFailed(reason));
	}
}

/** @throws PushFailed */
function watched(target: PushTarget, context: PushContext): WatchedProfile {
	const profile = context.directory.find(target.profile);
	if (profile) return profile;
	throw new PushFailed(`there is nothing to watch in ${target.profile}`);
}

/** @throws PushFailed for a profile that RTMP cannot carry */
async function tracksOf({ tracks }: WatchedProfile): Promise<{
	readonly video: SentTrack;
	readonly sound: SentTrack | undefined;
}> {
	try {
		const described = await Promise.all(
			tracks.map(async (track) => ({
				media: track.media,
				...(await soundInAac(track)),
			})),
		);
		const video = described.find(({ media }) => media === "video");
		if (video?.description.encodingName !== "H264")
			throw new PushFailed("RTMP carries H.264 alone, the profile has another");
		const sound = described.find(
			({ media, description }) =>
				media === "audio" && aacConfigOf(description) !== undefined,
		);
		return { video, sound };
	} catch (error) {
		if (!(error instanceof SourceUnavailable)) throw error;
		throw new PushFailed(`the camera gives no picture: ${error.message}`);
	}
}

function isChanged(
	{ tracks }: WatchedProfile,
	now: WatchedProfile | undefined,
): boolean {
	if (now?.tracks.length !== tracks.length) return true;
	return tracks.some(
		({ stream }, index) => now.tracks[index]?.stream !== stream,
	);
}
