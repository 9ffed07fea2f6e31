import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { Trouble } from "../../src/doctor/finding.ts";
import { checkVideoFile } from "../../src/doctor/video-file.ts";
import type { CapturePlan } from "../../src/media/types.ts";
import { patienceMs } from "../helpers/patience.ts";
import { run } from "../helpers/run.ts";

describe("onvifd doctor and a video file", () => {
	let folder: string;
	let film: string;
	before(async () => {
		folder = mkdtempSync(join(tmpdir(), "onvifd film "));
		film = join(folder, "a film! two.mp4");
		const { code, stderr } = await run("ffmpeg", [
			...["-v", "error", "-f", "lavfi", "-i"],
			"testsrc=duration=2:size=640x480:rate=15",
			...["-f", "lavfi", "-i", "sine=duration=2", "-pix_fmt", "yuv420p"],
			...["-c:v", "libx264", "-c:a", "aac", film],
		]);
		assert.equal(code, 0, stderr);
	});
	after(() => rmSync(folder, { recursive: true }));

	const check = (path: string, wish: Partial<CapturePlan> = {}) =>
		checkVideoFile(
			path,
			{
				source: { kind: "file", path },
				width: 640,
				height: 480,
				frameRate: 15,
				...wish,
			},
			AbortSignal.timeout(patienceMs),
		);

	test("its size and rate are told, and held against the profiles", async () => {
		const detail = `${film} is video of 640x480 at 15 fps`;
		assert.equal(await check(film), detail);
		assert.deepEqual(await check(film, { width: 1280, height: 720 }), {
			detail: `${detail}; profiles of up to 1280x720 blow it up`,
			advice: "set profiles to 640x480 at most",
		});
		assert.deepEqual(await check(film, { frameRate: 30 }), {
			detail: `${detail}; profiles of up to 30 fps repeat pictures`,
			advice: "set frameRate in profiles to 15 at most",
		});
	});

	test("what cannot be played is named", async () => {
		const text = join(folder, "letter.txt");
		writeFileSync(text, "Dear camera,\n".repeat(100));
		const empty = join(folder, "empty.mp4");
		writeFileSync(empty, "");
		const sound = join(folder, "sound.wav");
		const made = await run("ffmpeg", [
			...["-v", "error", "-f", "lavfi", "-i", "sine=duration=1", sound],
		]);
		assert.equal(made.code, 0, made.stderr);
		for (const [path, detail, remedy] of [
			[join(folder, "none.mp4"), "is not there", /^correct source\.file/],
			[folder, "is no file", /^name a video file in source\.file$/],
			[
				text,
				"is no video that can be decoded: it holds text",
				/^name another file/,
			],
			[
				empty,
				"is no video that can be decoded: Stream contains no data.",
				/^name another file/,
			],
			[
				sound,
				"is no video that can be decoded: it holds no pictures",
				/^name another file/,
			],
		] as const)
			await assert.rejects(check(path), (error) => {
				assert.ok(error instanceof Trouble, String(error));
				assert.equal(error.message, `${path} ${detail}`);
				assert.match(error.remedy, remedy);
				return true;
			});
	});
});
