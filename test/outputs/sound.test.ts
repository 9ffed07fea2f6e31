import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { until } from "../helpers/media.ts";
import { type RunningService, startService } from "../helpers/service.ts";
import { sampleOf } from "../media/mp4/boxes.ts";
import {
	heard,
	liveOf,
	playLive,
	soundsOf,
	streamsOf,
} from "./sound-player.ts";

const secret = "0123456789abcdef-secret";
const tone = 440;

describe("sound beside the picture", () => {
	let service: RunningService;
	let folder: string;
	before(async () => {
		folder = await mkdtemp(join(tmpdir(), "onvifd-sound-"));
		service = await startService({
			config: {
				hls: { secret },
				audio: { source: "test", encoding: "AAC", sampleRateKHz: 16 },
				profiles: [
					{ token: "main", encoding: "H264", width: 320, height: 240 },
					{
						token: "silent",
						encoding: "H264",
						width: 320,
						height: 240,
						audio: false,
					},
				],
			},
		});
	});
	after(async () => {
		await service.remove();
		await rm(folder, { recursive: true });
	});

	test("live: a second track, in time with the pictures", async () => {
		const client = await liveOf(service, "/live/main");
		// Of 64 ms each.
		await until(() => soundsOf(client) >= 60, "sound for four seconds");
		client.close();
		assert.match(client.types[0] ?? "", /codecs="avc1\.\w{6},mp4a\.40\.2"$/);
		const file = join(folder, "live.mp4");
		writeFileSync(file, client.file);
		assert.equal(await streamsOf(file), "h264,aac");
		const hertz = await heard(file);
		assert.ok(Math.abs(hertz - tone) < 5, `${hertz} Hz`);
		const samples = client.fragments.map(sampleOf);
		const end = (track: number, rate: number) => {
			const last = samples.findLast((one) => one.track === track);
			return ((last?.decodeTime ?? 0) + (last?.duration ?? 0)) / rate;
		};
		const apart = Math.abs(end(1, 90_000) - end(2, 16_000));
		// Two processes that may be held up; test/outputs/live-sound.test.ts looks closer.
		assert.ok(apart < 3, `${apart} s`);
		const sound = samples.filter(({ track }) => track === 2);
		for (const [i, { decodeTime, duration }] of sound.entries()) {
			const next = sound[i + 1];
			if (next) assert.equal(next.decodeTime, decodeTime + duration);
		}
	});

	test("HLS: both in each segment", async () => {
		const address = `${service.url}/hls/${secret}/main/index.m3u8`;
		assert.equal(await streamsOf(address), "h264,aac");
		const hertz = await heard(address);
		assert.ok(Math.abs(hertz - tone) < 5, `${hertz} Hz`);
	});

	test("a profile without sound has its picture alone", async () => {
		const client = await liveOf(service, "/live/silent");
		await client.has(1);
		client.close();
		assert.match(client.types[0] ?? "", /codecs="avc1\.\w{6}"$/);
	});

	test("Chromium, logged in by a session, sees and hears it live", async (t) => {
		const page = await playLive(t, service, "/live/main");
		await page.waitForFunction(
			"player.shown > 20 && document.querySelector('video').webkitAudioDecodedByteCount > 1000",
		);
		assert.equal(await page.evaluate("player.closed"), "");
	});
});
