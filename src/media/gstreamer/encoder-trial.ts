import { diagnose } from "./diagnose.ts";
import { startGstLaunch } from "./gst-launch.ts";
import type { H264Encoder, H264Settings } from "./h264-encoders.ts";
import { trialLine } from "./launch.ts";

/** A driver that hangs is no encoder; a slow board needs seconds for GStreamer's start. */
const limitMs = 10_000;

/** Encodes five pictures with an encoder. Resolves with why it does not work, undefined when it does. */
export async function tryEncoder(
	encoder: H264Encoder,
	settings: H264Settings,
): Promise<string | undefined> {
	const program = startGstLaunch({
		name: `trial of ${encoder}`,
		args: trialLine(encoder, settings),
	});
	let octets = 0;
	let late = false;
	program.stdout.on("data", (chunk: Buffer) => {
		octets += chunk.length;
	});
	const limit = setTimeout(() => {
		late = true;
		program.kill();
	}, limitMs);
	const exit = await program.exited;
	clearTimeout(limit);
	if (late) return `gave nothing for ${limitMs / 1000} s`;
	if (exit.code !== 0) return diagnose(exit).reason;
	return octets > 0 ? undefined : "gave nothing";
}
