import assert from "node:assert/strict";
import { test } from "node:test";
import {
	type AacEncoder,
	primingSamples,
} from "../../../src/media/audio/aac-encoders.ts";
import { muLaw } from "../../../src/media/audio/g711.ts";
import { aacOfG711Line } from "../../../src/media/audio/launch.ts";
import { Deframer } from "../../../src/media/rtp/deframer.ts";
import { muLawOf } from "../../helpers/talk.ts";
import { decodedAac, through } from "./decoded-aac.ts";

/** Seconds of silence before and after. */
const silence = 0.5;
/** Samples of a tone of 1 kHz. */
const clicks = 64;

/** Silence, a click, and silence, in mu-law. */
function clapped(): Buffer {
	const octets = Buffer.alloc(2 * silence * 8000 + clicks, muLawOf(0));
	for (let i = 0; i < clicks; i++)
		octets[silence * 8000 + i] = muLawOf(20_000 * tone(i / 8000));
	return octets;
}

const tone = (seconds: number) => Math.sin(2 * Math.PI * 1000 * seconds);

/** Where, in samples from where it was, the click is found in `pcm`. */
function clickIn(pcm: Buffer, rate: number): number {
	const from = silence * rate;
	let best = { at: -1, likeness: 0 };
	for (let at = 0; at < 4096; at++) {
		let likeness = 0;
		for (let i = 0; i < (clicks * rate) / 8000; i++) {
			const place = 2 * (from + at + i);
			if (place + 2 > pcm.length) break;
			likeness += tone(i / rate) * pcm.readInt16LE(place);
		}
		if (likeness > best.likeness) best = { at, likeness };
	}
	return best.at;
}

for (const encoder of ["voaacenc", "avenc_aac"] satisfies AacEncoder[])
	for (const sampleRateKHz of [16, 48] as const)
		test(`a click of ${sampleRateKHz} kHz is where ${encoder}'s delay puts it`, async (t) => {
			const line = aacOfG711Line(
				muLaw,
				{ sampleRateKHz, bitrateKbit: 32 },
				encoder,
			);
			const packets: Buffer[] = [];
			new Deframer((packet) => packets.push(packet)).push(
				await through("gst-launch-1.0", line, clapped()),
			);
			const [first] = packets;
			assert.ok(first);
			for (const [i, packet] of packets.entries()) {
				// One unit each, counted in samples: rounded, since 48 kHz are no whole nanoseconds.
				assert.equal(packet.readUInt16BE(12), 16);
				const at = (packet.readUInt32BE(4) - first.readUInt32BE(4)) >>> 0;
				assert.ok(Math.abs(at - 1024 * i) <= 1, `${at} at ${i}`);
			}
			const pcm = await decodedAac(
				packets.map((packet) => packet.subarray(16)),
				sampleRateKHz,
			);
			const late = clickIn(pcm, sampleRateKHz * 1000);
			t.diagnostic(`${late} samples late`);
			assert.ok(
				Math.abs(late - primingSamples[encoder]) <= sampleRateKHz / 4,
				`${late} samples late`,
			);
		});
