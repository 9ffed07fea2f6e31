import assert from "node:assert/strict";
import { test } from "node:test";
import { aacUnits } from "../../../src/media/mp4/aac-units.ts";
import { fragment } from "../../../src/media/mp4/fragment.ts";
import { H264Sample } from "../../../src/media/mp4/h264-sample.ts";
import { frameOf } from "../../rtsp/fake-stream.ts";
import { inside } from "./boxes.ts";

/** The same numbers each time, in [0, below). */
function numbers(seed: number): (below: number) => number {
	let state = seed;
	return (below) => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		return Math.floor((state / 2 ** 32) * below);
	};
}

test("whatever another camera sends as RTP becomes a fragment of the size that it says, or nothing", () => {
	const random = numbers(7);
	/** Types that have a structure come often. */
	const types = [0x78, 0x7c, 0x67, 0x68, 0x65, 0x00, 0xff];
	for (let round = 0; round < 3000; round++) {
		const packets = Array.from({ length: 1 + random(4) }, () => {
			const payload = Buffer.from(
				Array.from({ length: random(40) }, () => random(256)),
			);
			const type = types[random(types.length)];
			if (payload.length > 0 && type !== undefined) payload[0] = type;
			const head = Buffer.from("806000010000000000000001", "hex");
			// CSRC lists and extensions that are longer than the packet, too.
			if (random(10) === 0) head[0] = 0x80 | random(32);
			return Buffer.concat([head, payload]);
		});
		const frame = frameOf(packets, random(2) === 0);
		const sample = new H264Sample(frame);
		const time = { decodeTime: round, duration: 1 };
		const made = fragment(round, 1, time, sample);
		assert.equal(inside(made, "mdat").length, sample.size);
		let at = 0;
		const units = inside(made, "mdat");
		while (at < units.length) at += 4 + units.readUInt32BE(at);
		assert.equal(at, units.length, "lengths lead from unit to unit");
		for (const unit of aacUnits(frame)) assert.ok(unit.length > 0);
	}
});
