import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { CountingViewer } from "../helpers/counting-viewer.ts";
import { until } from "../helpers/media.ts";
import { anonymousMemory } from "../helpers/memory.ts";
import { probe } from "../helpers/probe.ts";
import { startService } from "../helpers/service.ts";

/** About 80 kB each: what the stopped one is to get in vain is far more than the kernel's buffers hold. */
const frames = 350;

test("one RTSP viewer of ten is stopped: the other nine lose nothing, and memory stays", async (t) => {
	const service = await startService({
		config: {
			source: { test: { pattern: "snow", clock: false } },
			profiles: [
				{
					...{ token: "jpeg", encoding: "JPEG", width: 640, height: 360 },
					...{ frameRate: 15, quality: 60 },
				},
			],
		},
	});
	t.after(() => service.remove());
	// The first picture is waited for here: who asks while there is none is told to come again.
	await probe(["-rtsp_transport", "tcp", `${service.rtspUrl}/jpeg`]);
	const stopped = spawn(
		"ffmpeg",
		[
			...["-v", "error", "-nostdin", "-rtsp_transport", "tcp"],
			...["-i", `${service.rtspUrl}/jpeg`],
			...["-c", "copy", "-f", "null", "-progress", "pipe:1", "-"],
		],
		{ stdio: ["ignore", "pipe", "ignore"] },
	);
	t.after(() => stopped.kill("SIGKILL"));
	let progress = "";
	stopped.stdout.setEncoding("utf8").on("data", (text: string) => {
		progress += text;
	});
	const nine = await Promise.all(
		Array.from({ length: 9 }, () =>
			CountingViewer.play(service, "jpeg", "tcp"),
		),
	);
	t.after(() => {
		for (const viewer of nine) viewer.close();
	});
	const all = (count: number, from: readonly number[] = []) =>
		nine.every((one, i) => one.frames >= (from[i] ?? 0) + count);
	await until(
		() => /frame=\s*[1-9]/.test(progress) && all(30),
		"all ten watch",
	);
	stopped.kill("SIGSTOP");
	const before = anonymousMemory(service.pid);
	const from = nine.map((one) => one.frames);
	await until(() => all(frames, from), "the nine have all frames");
	const grown = anonymousMemory(service.pid) - before;
	assert.deepEqual(
		nine.map((one) => one.lost),
		nine.map(() => 0),
	);
	// 28 MB were for the stopped one.
	assert.ok(grown < 16_000, `${grown} kB more`);
	t.diagnostic(`${grown} kB more`);
	stopped.kill("SIGCONT");
	stopped.kill("SIGTERM");
	await once(stopped, "exit");
	await until(
		() => /RTSP session ended.*framesDropped=\d\d+/.test(service.stderr()),
		"what was dropped is in the log",
	);
});
