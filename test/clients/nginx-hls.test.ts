import assert from "node:assert/strict";
import { test } from "node:test";
import { gstreamerChildren } from "../helpers/children.ts";
import { freePort } from "../helpers/free-port.ts";
import { watchHls } from "../helpers/hls-viewers.ts";
import { startNginx } from "../helpers/nginx.ts";
import { startService } from "../helpers/service.ts";

const secret = "a-word-that-the-cache-knows";
const frameRate = 15;
const segments = 3;
/** `proxy_cache_lock_timeout` and `-age`: of a fetch that takes a very busy machine longer nginx makes another. */
const lockSeconds = 10;

test("a thousand HLS viewers through nginx: one fetch a segment, and all have all frames", async (t) => {
	const service = await startService({
		config: {
			hls: { secret },
			profiles: [
				{
					...{ token: "main", encoding: "H264", width: 320, height: 180 },
					...{ bitrateKbit: 64, frameRate, govLength: 2 * frameRate },
				},
			],
		},
	});
	t.after(() => service.remove());
	const nginx = await startNginx(await freePort(), service.http);
	t.after(() => nginx.stop());
	const viewed = await watchHls({
		url: `https://localhost:${nginx.port}/hls/${secret}/main/index.m3u8`,
		certificate: nginx.certificate,
		viewers: 1000,
		segments,
		connections: 64,
	});
	const contents = new Map<number, string>();
	for (const { segments: had, frames } of viewed) {
		const numbers = [...had.keys()];
		const first = numbers[0] ?? 0;
		assert.deepEqual(
			numbers,
			numbers.map((_, index) => first + index),
			"no segment is left out",
		);
		assert.ok(frames > segments * frameRate, `${frames} frames`);
		for (const [number, hash] of had) {
			assert.equal(contents.get(number) ?? hash, hash, "the same for all");
			contents.set(number, hash);
		}
	}
	const ofSegments = nginx
		.requests()
		.filter(({ path, status }) => path.endsWith(".m4s") && status === 200);
	const fetched = ofSegments.filter(({ cache }) => cache !== "HIT");
	assert.ok(ofSegments.length >= 1000 * segments);
	const late = new Set(
		fetched.flatMap(({ path, seconds }) =>
			seconds < lockSeconds ? [] : [path],
		),
	);
	const inTime = fetched.filter(({ path }) => !late.has(path));
	assert.equal(
		inTime.length,
		new Set(inTime.map(({ path }) => path)).size,
		"each was fetched once",
	);
	assert.ok(fetched.length >= contents.size);
	assert.equal(gstreamerChildren(service.pid).encoders.length, 1);
	const playlists = nginx
		.requests()
		.filter(({ path }) => path.endsWith(".m3u8"))
		.filter(({ cache }) => cache === "MISS" || cache === "EXPIRED");
	const slow = viewed.filter(({ restarts }) => restarts > 0).length;
	t.diagnostic(
		`${ofSegments.length} requests of segments, ${fetched.length} fetches; ${playlists.length} of playlists; ${slow} viewers were too slow for a while`,
	);
});
