import assert from "node:assert/strict";
import { test } from "node:test";
import type { Fragment } from "../../../src/outputs/fmp4/types.ts";
import { writePlaylist } from "../../../src/outputs/hls/playlist.ts";
import { readReload } from "../../../src/outputs/hls/reload.ts";
import { Segmenter } from "../../../src/outputs/hls/segmenter.ts";
import type { OpenSegment, Segment } from "../../../src/outputs/hls/types.ts";
import { SegmentWindow } from "../../../src/outputs/hls/window.ts";

const start = Date.UTC(2026, 0, 2, 3, 4, 5);

/** A segmenter whose work lies open, and a clock for what it is fed. */
function cutter(partTarget = 0.5) {
	const window = new SegmentWindow("run", partTarget, 50);
	const finished: Segment[] = [];
	let open: OpenSegment | undefined;
	let wishes = 0;
	let at = 0;
	const segmenter = new Segmenter({
		run: "run",
		firstNumber: 100,
		partTarget,
		init: (name, data) => window.addInit(name, data),
		changed(stillOpen, whole) {
			open = stillOpen;
			if (whole) finished.push(whole);
			window.change(stillOpen, whole);
		},
		requestKeyFrame: () => wishes++,
		end() {},
	});
	const init = () =>
		segmenter.init({ data: Buffer.from("init"), type: "video/mp4" });
	const feed = (key: boolean, duration: number, octets = 1) => {
		const data = Buffer.alloc(octets, at & 0xff);
		const made: Fragment = { data, key, duration, takenAt: start + at * 1000 };
		segmenter.fragment(made);
		at += duration;
	};
	/** `frames` at `rate` a second, the first one a key frame. */
	const group = (frames: number, rate: number, octets = 1) => {
		for (let i = 0; i < frames; i++) feed(i === 0, 1 / rate, octets);
	};
	return {
		window,
		finished,
		init,
		feed,
		group,
		open: () => open,
		wishes: () => wishes,
	};
}

const lengths = (segments: readonly Segment[]) =>
	segments.map(({ parts }) => parts.map(({ duration }) => duration.toFixed(2)));

test("segments are cut at key frames, parts at half a second", () => {
	const { finished, init, group, open } = cutter();
	init();
	group(15, 15);
	assert.equal(finished.length, 0, "what follows is not known yet");
	assert.equal(open()?.parts.length, 2);
	group(15, 15);
	group(1, 15);
	assert.deepEqual(lengths(finished), [
		["0.47", "0.47", "0.07"],
		["0.47", "0.47", "0.07"],
	]);
	const [first, second] = finished;
	assert.deepEqual(
		[first?.number, first?.name, first?.independent, first?.takenAt],
		[100, "run-100.m4s", true, start],
	);
	assert.deepEqual(
		second?.parts.map(({ name, independent }) => [name, independent]),
		[
			["run-101-0.m4s", true],
			["run-101-1.m4s", false],
			["run-101-2.m4s", false],
		],
	);
	assert.ok(
		first && Buffer.concat(first.parts.map((p) => p.data)).equals(first.data),
	);
});

test("key frames that come too soon stay inside; late ones are asked for", () => {
	const { finished, init, group, feed, wishes } = cutter();
	init();
	for (let i = 0; i < 6; i++) group(5, 15);
	assert.deepEqual(
		finished.map(({ duration }) => duration.toFixed(2)),
		["1.00"],
	);
	assert.equal(wishes(), 0);
	group(1, 15);
	for (let i = 0; i < 10 * 15; i++) feed(false, 1 / 15);
	assert.ok(wishes() > 100);
	assert.ok(finished.every(({ duration }) => duration <= 10));
	assert.equal(
		finished.length,
		3,
		"without a key frame ten seconds are the most",
	);
	feed(true, 1 / 15);
	assert.deepEqual(
		finished.map(({ independent }) => independent),
		[true, true, true, false].slice(0, finished.length),
	);
});

test("huge pictures are cut before they fill the memory", () => {
	const { finished, init, group, feed } = cutter();
	init();
	group(1, 1, 1);
	for (let i = 0; i < 40; i++) feed(false, 1 / 30, 1024 * 1024);
	assert.ok(finished.length >= 4);
	assert.ok(finished.every(({ data }) => data.length <= 8 * 1024 * 1024));
});

test("new settings end the segment at once, and are marked", () => {
	const { window, finished, init, group } = cutter();
	init();
	group(15, 15);
	group(7, 15);
	init();
	group(15, 15);
	group(1, 15);
	assert.deepEqual(
		finished.map(({ init: name, discontinuity, duration }) => [
			name,
			discontinuity,
			duration.toFixed(2),
		]),
		[
			["run-init-1.mp4", false, "1.00"],
			["run-init-1.mp4", false, "0.47"],
			["run-init-2.mp4", true, "1.00"],
		],
	);
	assert.match(
		window.playlist ?? "",
		/run-101\.m4s\n#EXT-X-DISCONTINUITY\n#EXT-X-MAP:URI="run-init-2\.mp4"\n/,
	);
});

test("the playlist, line by line", () => {
	const part = (name: string, independent: boolean) => ({
		name,
		independent,
		duration: 0.5,
		data: Buffer.alloc(0),
	});
	const segment = (number: number): Segment => ({
		number,
		name: `r-${number}.m4s`,
		init: "r-init-1.mp4",
		discontinuity: false,
		independent: true,
		takenAt: start + (number - 7) * 1000,
		duration: 1.0000001,
		parts: [part(`r-${number}-0.m4s`, true), part(`r-${number}-1.m4s`, false)],
		data: Buffer.alloc(0),
	});
	const { data: _, duration: __, ...open } = segment(11);
	const playlist = writePlaylist({
		segments: [7, 8, 9, 10].map(segment),
		open: { ...open, parts: open.parts.slice(0, 1) },
		discontinuities: 3,
		targetDuration: 1,
		partTarget: 0.5,
		nextPart: "r-11-1.m4s",
	});
	assert.equal(
		playlist,
		`#EXTM3U
#EXT-X-VERSION:9
#EXT-X-TARGETDURATION:1
#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=1.5
#EXT-X-PART-INF:PART-TARGET=0.5
#EXT-X-MEDIA-SEQUENCE:7
#EXT-X-DISCONTINUITY-SEQUENCE:3
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-MAP:URI="r-init-1.mp4"
#EXT-X-PROGRAM-DATE-TIME:2026-01-02T03:04:05.000Z
#EXTINF:1,
r-7.m4s
#EXT-X-PROGRAM-DATE-TIME:2026-01-02T03:04:06.000Z
#EXT-X-PART:DURATION=0.5,URI="r-8-0.m4s",INDEPENDENT=YES
#EXT-X-PART:DURATION=0.5,URI="r-8-1.m4s"
#EXTINF:1,
r-8.m4s
#EXT-X-PROGRAM-DATE-TIME:2026-01-02T03:04:07.000Z
#EXT-X-PART:DURATION=0.5,URI="r-9-0.m4s",INDEPENDENT=YES
#EXT-X-PART:DURATION=0.5,URI="r-9-1.m4s"
#EXTINF:1,
r-9.m4s
#EXT-X-PROGRAM-DATE-TIME:2026-01-02T03:04:08.000Z
#EXT-X-PART:DURATION=0.5,URI="r-10-0.m4s",INDEPENDENT=YES
#EXT-X-PART:DURATION=0.5,URI="r-10-1.m4s"
#EXTINF:1,
r-10.m4s
#EXT-X-PROGRAM-DATE-TIME:2026-01-02T03:04:09.000Z
#EXT-X-PART:DURATION=0.5,URI="r-11-0.m4s",INDEPENDENT=YES
#EXT-X-PRELOAD-HINT:TYPE=PART,URI="r-11-1.m4s"
`,
	);
});

test("the window holds the last seconds: six listed, three behind, discontinuities counted", () => {
	const { window, init, group } = cutter();
	init();
	for (let i = 0; i < 3; i++) group(10, 10);
	init();
	for (let i = 0; i < 20; i++) group(10, 10);
	const listed = window.playlist?.match(/^run-\d+\.m4s$/gm) ?? [];
	assert.equal(listed.length, 6);
	assert.equal(listed.at(-1), `run-${window.lastNumber}.m4s`);
	assert.match(window.playlist ?? "", /DISCONTINUITY-SEQUENCE:51\n/);
	assert.match(window.playlist ?? "", /TARGETDURATION:1\n/);
	const last = window.lastNumber ?? 0;
	const held = Array.from({ length: last - 99 }, (_, i) => 100 + i).filter(
		(number) => window.file(`run-${number}.m4s`) !== undefined,
	);
	assert.equal(held.length, 9);
	assert.equal(window.file("run-init-1.mp4"), undefined);
	assert.ok(window.file("run-init-2.mp4"));
});

test("of large pictures fewer segments are held, never less than three", () => {
	const { window, init, group } = cutter();
	init();
	for (let i = 0; i < 20; i++) group(10, 10, 700_000);
	const listed = window.playlist?.match(/^run-\d+\.m4s$/gm) ?? [];
	assert.equal(listed.length, 3);
});

test("what a request waits for: a part behind a segment's last is the next segment's first", () => {
	const { window, init, group } = cutter();
	init();
	group(10, 10);
	group(10, 10);
	group(10, 10);
	// 100 and 101 are whole, of two parts each; of 102 the first part is there.
	const cases: readonly [number, number | undefined, boolean][] = [
		[99, undefined, true],
		[101, undefined, true],
		[101, 1, true],
		[101, 5, true],
		[102, 0, true],
		[102, 1, false],
		[102, undefined, false],
		[103, 0, false],
	];
	assert.equal(window.lastNumber, 101);
	for (const [number, part, there] of cases)
		assert.equal(window.has(number, part), there, `${number} ${part}`);
	assert.equal(window.nextPart, "run-102-1.m4s");
});

test("what a request may ask for", () => {
	const cases = [
		[{}, { number: undefined, part: undefined }],
		[{ _HLS_msn: "7" }, { number: 7, part: undefined }],
		[
			{ _HLS_msn: "7", _HLS_part: "0" },
			{ number: 7, part: 0 },
		],
		[{ _HLS_part: "0" }, "_HLS_part needs _HLS_msn"],
		[{ _HLS_msn: "-1" }, "_HLS_msn is not a number"],
		[{ _HLS_msn: ["1", "2"] }, "_HLS_msn is not a number"],
		[{ _HLS_msn: "1", _HLS_part: "1e3" }, "_HLS_part is not a number"],
	] as const;
	for (const [query, expected] of cases)
		assert.deepEqual(readReload(query), expected);
});
