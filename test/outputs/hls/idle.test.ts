import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { LiveProfiles } from "../../../src/outputs/fmp4/live-profiles.ts";
import { HlsProfiles } from "../../../src/outputs/hls/hls-profiles.ts";
import type { Clock } from "../../../src/system/clock.ts";
import { until } from "../../helpers/media.ts";
import { encode } from "../../rtsp/encoded-stream.ts";
import { FakeStream } from "../../rtsp/fake-stream.ts";

const encoded = encode("H264");
const start = Date.UTC(2026, 0, 2);

/** HLS of a stream that is fed by hand, at a time that is set by hand. */
function setUp(t: TestContext, describe: Error | undefined = undefined) {
	t.mock.timers.enable({ apis: ["setInterval"] });
	const stream = new FakeStream(describe ?? encoded.description);
	let ms = 0;
	const clock: Clock = { now: () => start + ms, monotonic: () => ms };
	let run = 0;
	const profiles = new HlsProfiles({
		live: new LiveProfiles({
			directory: {
				find: () => ({
					name: "main",
					sessionTimeout: 60,
					tracks: [{ media: "video", stream }],
				}),
			},
			encoding: () => "H264",
			clock,
		}),
		clock,
		random: (size) => Buffer.alloc(size, ++run),
	});
	t.after(() => profiles.close());
	const pass = (seconds: number) => {
		for (let i = 0; i < seconds; i++) {
			ms += 1000;
			t.mock.timers.tick(1000);
		}
	};
	/** Two seconds of pictures, and the key frame that ends them. */
	const feed = () => {
		for (const frame of encoded.frames) stream.feed(frame);
		const [key] = encoded.frames;
		if (key) stream.feed(key);
	};
	const playlist = async () => {
		const answer = profiles.start("main").playlist(undefined, undefined);
		await until(() => stream.viewers === 1, "attached");
		feed();
		return answer;
	};
	return { stream, profiles, pass, playlist, feed };
}

test("it runs while it is asked for, stops twenty seconds later, and goes on with other names and greater numbers", async (t) => {
	const { stream, profiles, pass, playlist, feed } = setUp(t);
	const first = await playlist();
	// Seconds since 2020 began.
	const number = (start - Date.UTC(2020, 0, 1)) / 1000;
	assert.match(first ?? "", new RegExp(`MEDIA-SEQUENCE:${number}\n`));
	for (let i = 0; i < 60; i += 15) {
		pass(15);
		feed();
		assert.ok(await profiles.running("main")?.playlist(undefined, undefined));
	}
	assert.equal(stream.viewers, 1);
	pass(26);
	assert.equal(stream.viewers, 0);
	assert.equal(profiles.running("main"), undefined);
	const second = await playlist();
	assert.match(second ?? "", new RegExp(`MEDIA-SEQUENCE:${number + 86}\n`));
	assert.match(
		second ?? "",
		new RegExp(`DISCONTINUITY-SEQUENCE:${(number + 86) % 10_000}\n`),
	);
	const runOf = (text = "") => /^(\w+)-\d+\.m4s$/m.exec(text)?.[1];
	assert.notEqual(runOf(first), runOf(second));
});

test("what is wrong within is an error of the service, not a camera without a picture", async (t) => {
	const { profiles } = setUp(t, new Error("a mistake"));
	await assert.rejects(
		profiles.start("main").playlist(undefined, undefined),
		/^Error: a mistake$/,
	);
	assert.equal(profiles.running("main"), undefined);
});
