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
		// It knows why there will be none. As players do, ask again: a first start reads GStreamer's plug-ins from a slow disk.
		const failed = stream
			.describe()
			.catch(() => stream.describe())
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
