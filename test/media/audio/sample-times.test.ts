import assert from "node:assert/strict";
import { test } from "node:test";
import { SampleTimes } from "../../../src/media/audio/sample-times.ts";

test("sound that goes on without a gap counts on, before its first sample too", () => {
	const times = new SampleTimes();
	assert.equal(times.at(0), undefined);
	times.add(1000, 160);
	times.add(1160, 160);
	assert.deepEqual(
		[-200, 0, 100.5, 319].map((position) => times.at(position)),
		[800, 1000, 1100.5, 1319],
	);
	assert.equal(times.end, 320);
});

test("after a gap, and where 32 bits are over, a sample has the time that it was given with", () => {
	const times = new SampleTimes();
	times.add(2 ** 32 - 160, 160);
	times.add(0, 160);
	times.add(5000, 160);
	assert.equal(times.at(0), 2 ** 32 - 160);
	assert.equal((times.at(319) ?? 0) >>> 0, 159);
	assert.equal(times.at(320), 5000);
	assert.equal(times.at(479.5), 5159.5);
});
