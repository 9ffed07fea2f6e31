import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { describe, test } from "node:test";
import { until } from "../../helpers/media.ts";
import { badManners, chainUnderTest } from "./chain-under-test.ts";

describe("what keeps a v4l2 chain from running", () => {
	const { devices, said, compressors, start } = chainUnderTest();

	const failures: readonly [string, string, RegExp][] = [
		["ends with exit code 0", "server-fails", /v4l2rtspserver ended: .*code 0/],
		["sends no packet", "silent", /v4l2rtspserver sent nothing for 6 s/],
		["has a camera of another size", "coerce", /takes 320x184 instead of/],
	];
	for (const [what, mode, message] of failures)
		test(
			`a chain that ${what} says so, and goes on when it can`,
			badManners,
			async (t) => {
				const { stream, watcher } = start(t);
				devices.modes(mode);
				stream.attach(watcher);
				await assert.rejects(stream.describe(), { name: "SourceUnavailable" });
				await until(() => message.test(said.join()), "it is told");
				devices.modes();
				await watcher.more(2);
			},
		);

	test("a camera that another program has is named", badManners, async (t) => {
		const { stream } = start(t);
		writeFileSync(
			devices.camera,
			JSON.stringify({ driver: "vivid", owner: process.pid }),
		);
		// Until it is found out, a busy machine's answer is that no picture came in time.
		await until(async () => {
			const answer = await stream.describe().then(String, String);
			return /video0 \(vivid\) is in use/.test(answer);
		}, "the reason");
		assert.deepEqual(compressors(), []);
	});
});
