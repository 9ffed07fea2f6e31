import { diagnose } from "../media/gstreamer/diagnose.ts";
import { startGstLaunch } from "../media/gstreamer/gst-launch.ts";
import { rawCaps } from "../media/gstreamer/raw-caps.ts";
import { rtpWriter } from "../media/relay/feed.ts";
import { lookLine, type Picture } from "./launch.ts";
import type { WebcamSession } from "./session.ts";
import { WebcamTrouble } from "./trouble.ts";

/** A loaded machine takes seconds to start a decoder, and a camera to its next key frame. */
const limitMs = 40_000;
const keptText = 64 * 1024;
/** For a source that does not tell. */
const usualRate = 30;
const mostRate = 120;
const leastPixels = 16;
const mostPixels = 8192;

/** What the pictures are like, from what gst-launch says; undefined until it says it. */
export function pictureFrom(said: string): Picture | undefined {
	const caps = rawCaps(said);
	if (caps === undefined) return undefined;
	const number = (name: string) =>
		Number(new RegExp(`\\b${name}=\\(int\\)(\\d{1,5})`).exec(caps)?.[1]);
	const pixels = (name: string) =>
		Math.min(mostPixels, Math.max(leastPixels, number(name) & ~1));
	const [, rate = 0, per = 1] =
		/framerate=\(fraction\)(\d{1,9})\/(\d{1,9})/.exec(caps)?.map(Number) ?? [];
	const frameRate = Math.round(rate / per);
	return {
		width: pixels("width"),
		height: pixels("height"),
		frameRate: frameRate >= 1 && frameRate <= mostRate ? frameRate : usualRate,
	};
}

/**
 * Decodes until the size of the pictures is known.
 * @throws WebcamTrouble when they cannot be decoded
 */
export async function lookAtPicture(
	{ track, ended, subscribe }: WebcamSession,
	signal: AbortSignal,
): Promise<Picture> {
	const program = startGstLaunch({
		name: "webcam look",
		args: lookLine(track.encoding),
		writable: true,
	});
	let said = "";
	let found: Picture | undefined;
	const stop = () => void program.stop();
	program.stdout.setEncoding("utf8").on("data", (text: string) => {
		said = (said + text).slice(-keptText);
		found ??= pictureFrom(said);
		if (found) stop();
	});
	const timer = setTimeout(stop, limitMs);
	for (const over of [signal, ended]) {
		over.addEventListener("abort", stop, { once: true });
		if (over.aborted) stop();
	}
	const leave = program.stdin ? subscribe(rtpWriter(program.stdin)) : () => {};
	const exit = await program.exited;
	leave();
	clearTimeout(timer);
	for (const over of [signal, ended]) over.removeEventListener("abort", stop);
	if (found) return found;
	throw new WebcamTrouble(
		exit.asked
			? "no whole picture came from the source"
			: `the pictures of the source cannot be decoded: ${diagnose(exit).reason}`,
	);
}
