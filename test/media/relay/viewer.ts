import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { run } from "../../helpers/run.ts";

/** One viewer of everything at an address, until the test ends it; counts the frames it decoded. */
export function view(url: string) {
	const child = spawn(
		"ffmpeg",
		[
			...["-v", "error", "-rtsp_transport", "tcp", "-i", url, "-f", "null"],
			...["-progress", "pipe:1", "-stats_period", "0.2", "-"],
		],
		{ stdio: ["ignore", "pipe", "pipe"] },
	);
	let text = "";
	child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
		text += chunk;
	});
	child.stderr.resume();
	const ended = new Promise((resolve) => child.once("exit", resolve));
	return {
		frames: () =>
			Number([...text.matchAll(/^frame=(\d+)$/gm)].at(-1)?.[1] ?? 0),
		alive: () => child.exitCode === null,
		async stop() {
			child.kill("SIGKILL");
			await ended;
		},
	};
}

/** What ffprobe says of an address that cannot be played. */
export async function complaint(url: string): Promise<string> {
	const { code, stderr } = await run("ffprobe", [
		...["-v", "error", "-rtsp_transport", "tcp", url],
	]);
	assert.notEqual(code, 0);
	return stderr;
}

/** Decodes a profile without a complaint, and answers what ffmpeg says of it. */
export async function decodes(url: string, frames = 20): Promise<void> {
	const { code, stderr } = await run("ffmpeg", [
		...["-v", "warning", "-rtsp_transport", "tcp", "-i", url],
		...["-frames:v", String(frames), "-enc_time_base", "1:90000"],
		...["-f", "null", "-"],
	]);
	assert.equal(code, 0, stderr);
	assert.equal(stderr.replace(/.*deprecated pixel format.*\n/g, ""), "");
}

export const profileOf = async (url: string) => {
	const { stdout } = await run("ffprobe", [
		...["-v", "error", "-rtsp_transport", "tcp", "-show_entries"],
		...["stream=codec_name,profile,width,height", "-of", "csv=p=0", url],
	]);
	return stdout.toString().trim();
};
