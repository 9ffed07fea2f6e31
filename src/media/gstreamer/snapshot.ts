import type { OSDConfiguration } from "../../camera/types.ts";
import { SourceUnavailable } from "../types.ts";
import { diagnose } from "./diagnose.ts";
import type { Feed } from "./feed.ts";
import { startGstLaunch } from "./gst-launch.ts";
import { snapshotLine } from "./launch.ts";
import { jpegLine } from "./launch-compressed.ts";

const limitMs = 9000;
const anyRate = { frameRate: 1, encodingInterval: 1 };
const maxOctets = 32 * 1024 * 1024;

/** Pixels, and JPEG quality from 1 to 100. */
export interface PictureSize {
	readonly width: number;
	readonly height: number;
	readonly quality: number;
	/** Drawn into it. */
	readonly osds?: readonly OSDConfiguration[] | undefined;
}

/**
 * One picture of the source, whose capture is started for it if it sleeps, as a JPEG file. Rejects with `SourceUnavailable`.
 * `failed` is aborted, with the reason for people, when the source cannot give any.
 */
export async function takePicture(
	feed: Feed,
	size: PictureSize,
	failed: AbortSignal,
): Promise<Buffer> {
	const limit = AbortSignal.timeout(limitMs);
	const over = AbortSignal.any([limit, failed]);
	const { capture } = feed;
	return capture.use(async () => {
		const wanted = { ...size, encoding: "JPEG", ...anyRate } as const;
		const input = await feed.input(wanted, over).catch(() => {
			throw new SourceUnavailable(
				failed.aborted
					? String(failed.reason)
					: (feed.unavailable(wanted) ?? "the source gives no picture in time"),
			);
		});
		const { compressed, socketPath } = input;
		const line = compressed
			? jpegLine(compressed, socketPath)
			: snapshotLine(capture.plan, size, socketPath);
		return run(line, limit).finally(() => input.done());
	});
}

async function run(
	args: readonly string[],
	limit: AbortSignal,
): Promise<Buffer> {
	const program = startGstLaunch({
		name: "snapshot",
		args,
	});
	const kill = () => program.kill();
	limit.addEventListener("abort", kill, { once: true });
	const chunks: Buffer[] = [];
	let octets = 0;
	program.stdout.on("data", (chunk: Buffer) => {
		octets += chunk.length;
		if (octets > maxOctets) kill();
		else chunks.push(chunk);
	});
	const exit = await program.exited;
	limit.removeEventListener("abort", kill);
	if (exit.code !== 0 || octets === 0)
		throw new SourceUnavailable(diagnose(exit).reason);
	return Buffer.concat(chunks, octets);
}
