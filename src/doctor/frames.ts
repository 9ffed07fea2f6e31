import { noKeyFrame } from "../media/stream.ts";
import type { Stream } from "../media/types.ts";
import { deferred } from "./deferred.ts";

/** Why a stream gave fewer frames than wanted. */
export class TooFewFrames extends Error {
	override readonly name = "TooFewFrames";

	constructor(count: number, wanted: number, reason: string) {
		super(`${count} of ${wanted} frames: ${reason}`);
	}
}

/** Watches a stream until it gave so many frames. Rejects with `TooFewFrames`, or with the signal's reason. */
export async function watchFrames(
	stream: Stream,
	wanted: number,
	signal: AbortSignal,
): Promise<void> {
	let count = 0;
	const enough = deferred<void>();
	const giveUp = () => enough.reject(signal.reason);
	signal.addEventListener("abort", giveUp, { once: true });
	const attachment = stream.attach({
		frame() {
			if (++count === wanted) enough.resolve();
		},
		end: (reason) => enough.reject(new Error(reason)),
	});
	try {
		// As players do, ask again: a first start reads GStreamer's plug-ins from a slow disk.
		const failed = stream
			.describe()
			.catch(() => described(stream, signal))
			.then(() => enough.promise);
		await Promise.race([enough.promise, failed]);
	} catch (error) {
		if (signal.aborted || !(error instanceof Error)) throw error;
		throw new TooFewFrames(count, wanted, error.message);
	} finally {
		attachment.detach();
		signal.removeEventListener("abort", giveUp);
	}
}

/** Rejects when it knows why there will be none. One that is only slow has the signal's time. */
async function described(stream: Stream, signal: AbortSignal): Promise<void> {
	for (;;)
		try {
			await stream.describe();
			return;
		} catch (error) {
			const slow = error instanceof Error && error.message === noKeyFrame;
			if (!slow || signal.aborted) throw error;
		}
}
