import { startProgram } from "../../system/supervise.ts";
import { SourceUnavailable } from "../types.ts";
import type { Capture } from "./capture.ts";
import { diagnose } from "./diagnose.ts";
import { gstreamerEnvironment } from "./environment.ts";
import { snapshotLine } from "./launch.ts";

const limitMs = 9000;
const maxOctets = 32 * 1024 * 1024;

/** Pixels, and JPEG quality from 1 to 100. */
export interface PictureSize {
	readonly width: number;
	readonly height: number;
	readonly quality: number;
}

/** One picture of the capture, which is started for it if it sleeps, as a JPEG file. Rejects with `SourceUnavailable`. */
export async function takePicture(
	capture: Capture,
	size: PictureSize,
): Promise<Buffer> {
	const limit = AbortSignal.timeout(limitMs);
	capture.acquire();
	try {
		const socketPath = await capture.ready(limit).catch(() => {
			throw new SourceUnavailable("the source gives no picture");
		});
		return await encode(capture, size, socketPath, limit);
	} finally {
		capture.release();
	}
}

async function encode(
	capture: Capture,
	size: PictureSize,
	socketPath: string,
	limit: AbortSignal,
): Promise<Buffer> {
	const program = startProgram({
		name: "snapshot",
		file: "gst-launch-1.0",
		args: snapshotLine(capture.plan, size, socketPath),
		env: gstreamerEnvironment,
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
