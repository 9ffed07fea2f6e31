import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { probe } from "../../helpers/probe.ts";
import { askAgain, run, runPlayer } from "../../helpers/run.ts";
import { administrator, startService } from "../../helpers/service.ts";
import { says, wrapped } from "./two-services.ts";

const startPlayer = (file: string) =>
	startService({ config: { ...wrapped, source: { file } } });

describe("a video file as the source", () => {
	let folder: string;
	let film: string;
	before(async () => {
		folder = mkdtempSync(join(tmpdir(), "onvifd film "));
		film = join(folder, "a film! two.mp4");
		const { code, stderr } = await runPlayer("ffmpeg", [
			...["-v", "error", "-f", "lavfi", "-i"],
			"testsrc=duration=2:size=640x480:rate=15",
			...["-f", "lavfi", "-i", "sine=duration=2", "-pix_fmt", "yuv420p"],
			...["-c:v", "libx264", "-c:a", "aac", film],
		]);
		assert.equal(code, 0, stderr);
	});
	after(() => rmSync(folder, { recursive: true }));

	test("plays on in one session for longer than it is, at its own pace", async () => {
		const service = await startPlayer(film);
		try {
			const from = performance.now();
			const { code, stderr } = await runPlayer("ffmpeg", [
				...["-v", "error", "-rtsp_transport", "tcp"],
				...["-i", `${service.rtspUrl}/same`, "-frames:v", "100"],
				...["-enc_time_base", "1:90000", "-f", "null", "-"],
			]);
			assert.equal(code, 0, stderr);
			// A hundred frames are three turns and a bit; it does not hurry.
			const seconds = (performance.now() - from) / 1000;
			assert.ok(seconds > 6, `${seconds} s`);
			// A busy machine may take longer to a first picture than who asks waits.
			const troubles = service.stderr().replace(/^.* status=503 .*$/gm, "");
			assert.doesNotMatch(troubles, /WARN|ERROR/i);
		} finally {
			await service.remove();
		}
	});

	test("gives snapshots", async () => {
		const service = await startPlayer(film);
		try {
			const file = join(folder, "picture.jpg");
			const { code, stderr } = await run("curl", [
				...["-sSf", ...askAgain, "--digest", "-o", file, "-u"],
				`${administrator.name}:${administrator.password}`,
				`${service.url}/snapshot/same`,
			]);
			assert.equal(code, 0, stderr);
			const { width, height } = await probe([file]);
			assert.deepEqual([width, height], [640, 480]);
		} finally {
			await service.remove();
		}
	});

	test("a file that is missing, or no video, is named", async () => {
		const text = join(folder, "letter.txt");
		writeFileSync(text, "Dear camera,\n".repeat(100));
		for (const [file, expected] of [
			[join(folder, "nothing.mp4"), "nothing.mp4 is not there"],
			[folder, "is no file"],
			[text, "no picture from the source"],
		] as const) {
			const service = await startPlayer(file);
			try {
				const { stderr } = await run("ffprobe", [
					...["-v", "error", "-rtsp_transport", "tcp"],
					`${service.rtspUrl}/same`,
				]);
				assert.match(stderr, /503/);
				await says(service, expected);
			} finally {
				await service.remove();
			}
		}
	});
});
