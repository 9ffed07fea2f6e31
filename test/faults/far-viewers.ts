import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { type FfmpegViewer, inNamespace } from "./ffmpeg-viewer.ts";

/** Someone who watches, by whatever way. */
export interface Viewer {
	readonly name: string;
	frames(): number;
	/** Why it watches no more; empty while it does. */
	ended(): string;
	/** Seconds that it missed, in one piece or several. */
	missed(): number;
	/** What is wrong with its pictures. */
	complaint(): string;
	end(): Promise<void>;
}

export function ofFfmpeg(name: string, ffmpeg: FfmpegViewer): Viewer {
	return {
		name,
		frames: () => ffmpeg.frames,
		missed: () => ffmpeg.missed,
		ended: () => (ffmpeg.running ? "" : `${name} ended: ${ffmpeg.said}`),
		complaint: () =>
			/corrupt|error while decoding|concealing|Invalid data/.exec(
				ffmpeg.said,
			)?.[0] ?? "",
		end: () => ffmpeg.end(),
	};
}

const program = fileURLToPath(new URL("far-viewer.ts", import.meta.url));

export function startFarViewer(
	namespace: string,
	kind: string,
	url: string,
): ChildProcess & { stdout: NonNullable<ChildProcess["stdout"]> } {
	const [file, args] = inNamespace(
		namespace,
		...[process.execPath, "--import", "tsx", program, kind, url],
	);
	return spawn(file, args, { stdio: ["ignore", "pipe", "pipe"] });
}

export async function kill(child: ChildProcess): Promise<void> {
	if (child.exitCode !== null || child.signalCode !== null) return;
	const gone = once(child, "exit");
	child.kill("SIGKILL");
	await gone;
}
