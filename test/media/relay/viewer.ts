import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { run, runPlayer } from "../../helpers/run.ts";

const interleaved = ["-rtsp_transport", "tcp"];
/** Two cameras that start one behind the other on a busy machine may take longer than RTSP waits. */
const notYet = /503/;

/** One viewer of everything at an address, until the test ends it; counts the frames it decoded. Comes again, as recorders do, until there is a picture. */
export function view(url: string) {
	let frames = 0;
	let child: ChildProcess;
	let ended: Promise<unknown>;
	const start = () => {
		let complaints = "";
		const present = spawn(
			"ffmpeg",
			[
				...["-v", "error", ...interleaved, "-i", url, "-f", "null"],
				...["-progress", "pipe:1", "-stats_period", "0.2", "-"],
			],
			{ stdio: ["ignore", "pipe", "pipe"] },
		);
		child = present;
		present.stdout.setEncoding("utf8").on("data", (chunk: string) => {
			frames = Number(
				[...chunk.matchAll(/^frame=(\d+)$/gm)].at(-1)?.[1] ?? frames,
			);
		});
		present.stderr.setEncoding("utf8").on("data", (chunk: string) => {
			complaints += chunk;
		});
		ended = new Promise((resolve) => present.once("close", resolve)).then(
			() => {
				const refused = frames === 0 && notYet.test(complaints);
				if (refused && !present.killed) start();
			},
		);
	};
	start();
	return {
		frames: () => frames,
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
		...["-v", "error", ...interleaved, url],
	]);
	assert.notEqual(code, 0);
	return stderr;
}

/** Decodes a profile without a complaint. */
export async function decodes(url: string, frames = 20): Promise<void> {
	const { code, stderr } = await runPlayer("ffmpeg", [
		...["-v", "warning", ...interleaved, "-i", url],
		...["-frames:v", String(frames), "-enc_time_base", "1:90000"],
		...["-f", "null", "-"],
	]);
	assert.equal(code, 0, stderr);
	assert.equal(stderr.replace(/.*deprecated pixel format.*\n/g, ""), "");
}

/** What ffprobe says of a profile: `h264,High,640,480`. */
export async function profileOf(url: string): Promise<string> {
	const { code, stdout, stderr } = await runPlayer("ffprobe", [
		...["-v", "error", ...interleaved, "-show_entries"],
		...["stream=codec_name,profile,width,height", "-of", "csv=p=0", url],
	]);
	assert.equal(code, 0, stderr);
	return stdout.toString().trim();
}
