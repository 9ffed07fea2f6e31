import assert from "node:assert/strict";
import test from "node:test";
import { Allowance } from "../../../src/media/talk/allowance.ts";

test("what comes faster than it can be heard is left out", () => {
	let now = 0;
	const allowance = new Allowance({ now: () => now, monotonic: () => now });
	let taken = 0;
	const second = () => {
		// Ten times as fast as G.711 is heard.
		for (let i = 0; i < 500; i++) {
			now += 2;
			if (allowance.take(160)) taken += 160;
		}
	};
	second();
	assert.ok(taken >= 16_000 && taken <= 28_000, `${taken} octets`);
	taken = 0;
	second();
	assert.ok(taken > 11_500 && taken <= 12_160, `${taken} octets`);
	assert.equal(allowance.take(1e9), false);
});

test("who talks in real time is heard whole", () => {
	let now = 0;
	const allowance = new Allowance({ now: () => now, monotonic: () => now });
	for (let n = 0; n < 50 * 600; n++) {
		now += 20;
		assert.ok(allowance.take(160));
	}
});
