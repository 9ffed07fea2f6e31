import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { execa } from "execa";
import { guestPatienceMs } from "../helpers/patience.ts";

/**
 * Codec, size and how many of the first pictures can be decoded. Asks again while there is no picture yet, as players
 * do: emulated, the first one may take longer than a DESCRIBE waits.
 */
export async function ffprobe(
	url: string,
	said: () => Promise<string> | undefined,
	pictures = 10,
): Promise<string> {
	const limit = performance.now() + guestPatienceMs;
	for (;;) {
		const { stdout, stderr, exitCode } = await execa(
			"ffprobe",
			// biome-ignore format: as one would type it
			["-v", "error", "-rtsp_transport", "tcp", "-analyzeduration", "1000000", "-read_intervals", `%+#${pictures}`, "-count_frames", "-show_entries", "stream=codec_name,width,height,nb_read_frames", "-of", "csv=p=0", url],
			{ timeout: guestPatienceMs, stdin: "ignore", reject: false },
		);
		if (exitCode === 0) return stdout;
		assert.match(stderr, /503/, `${stderr}\n${await said()}`);
		assert.ok(performance.now() < limit, await said());
	}
}

/** A player that stays, whatever happens to the picture; the first one it asks for until there is one. */
export function watch(t: TestContext, url: string) {
	let frames = 0;
	let said = "";
	let ended = false;
	let stopped = false;
	let player = start();
	function start() {
		const started = execa(
			"ffmpeg",
			// biome-ignore format: as one would type it
			["-v", "error", "-rtsp_transport", "tcp", "-analyzeduration", "1000000", "-i", url, "-f", "null", "-progress", "pipe:1", "-"],
			{ reject: false, stdin: "ignore", buffer: false },
		);
		let text = "";
		started.stdout.setEncoding("utf8").on("data", (chunk: string) => {
			const lines = (text + chunk).split("\n");
			text = lines.pop() ?? "";
			for (const line of lines)
				if (line.startsWith("frame=")) frames = Number(line.slice(6));
		});
		started.stderr.setEncoding("utf8").on("data", (chunk: string) => {
			said = (said + chunk).slice(-2000);
		});
		return started;
	}
	const limit = performance.now() + guestPatienceMs;
	const refused = () => frames === 0 && said.includes("503");
	async function live() {
		await player;
		while (!stopped && refused() && performance.now() < limit) {
			said = "";
			player = start();
			await player;
		}
		ended = true;
	}
	const over = live();
	t.after(async () => {
		stopped = true;
		player.kill("SIGKILL");
		await over;
	});
	return {
		/** Resolves when it has decoded ten more pictures than now. */
		async moves(): Promise<void> {
			const wanted = frames + 10;
			const end = performance.now() + guestPatienceMs;
			while (frames < wanted) {
				if (ended || performance.now() > end)
					throw new Error(
						`the player ${ended ? "ended" : "stands still"} at picture ${frames}: ${said}`,
					);
				await new Promise((resolve) => setTimeout(resolve, 50));
			}
		},
	};
}
