import assert from "node:assert/strict";
import { test } from "node:test";
import { PicturePackets } from "../../../src/media/v4l2-chain/picture-packets.ts";
import { until } from "../../helpers/media.ts";

/** An RTP packet of one payload octet. */
function packet(timestamp: number, marked: boolean, payloadType = 97): Buffer {
	const data = Buffer.alloc(13);
	data.writeUInt8(0x80, 0);
	data.writeUInt8((marked ? 0x80 : 0) | payloadType, 1);
	data.writeUInt32BE(timestamp, 4);
	return data;
}

function collect() {
	const got: string[] = [];
	const pictures = new PicturePackets(96, (one) => {
		const second = one.readUInt8(1);
		const mark = second & 0x80 ? " marked" : "";
		got.push(`${one.readUInt32BE(4)} pt ${second & 0x7f}${mark}`);
	});
	return { got, pictures };
}

test("a marker behind each slice becomes one behind the picture", async () => {
	const { got, pictures } = collect();
	pictures.push(packet(1, false), 97);
	pictures.push(packet(1, true), 97);
	pictures.push(packet(1, true), 97);
	pictures.push(packet(2, true), 97);
	assert.deepEqual(got, ["1 pt 96", "1 pt 96", "1 pt 96 marked"]);
	await until(() => got.length === 4, "the last picture needs no successor");
	assert.equal(got[3], "2 pt 96 marked");
});

test("other payload types and what is no RTP are passed over; the end forgets what is held", async () => {
	const { got, pictures } = collect();
	pictures.push(packet(1, true, 98), 97);
	pictures.push(Buffer.from("x"), 97);
	pictures.push(packet(3, true), 97);
	pictures.end();
	pictures.push(packet(4, false), 97);
	assert.deepEqual(got, ["4 pt 96"]);
});
