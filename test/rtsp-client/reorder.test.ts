import assert from "node:assert/strict";
import { test } from "node:test";
import { Reorder } from "../../src/rtsp-client/reorder.ts";

function packet(sequenceNumber: number): Buffer {
	const made = Buffer.alloc(20);
	made.writeUInt8(0x80, 0);
	made.writeUInt16BE(sequenceNumber, 2);
	return made;
}

test("UDP's packets come in order, and a missing one is waited for only so long", () => {
	const came: number[] = [];
	const reorder = new Reorder((one) => came.push(one.readUInt16BE(2)));
	const sent = [0xfffe, 0, 0xffff, 2, 1, 1, 4];
	for (const one of sent) reorder.push(packet(one));
	assert.deepEqual(came, [0xfffe, 0xffff, 0, 1, 2]);
	for (let one = 5; one < 40; one++) reorder.push(packet(one));
	assert.deepEqual(came.slice(5, 7), [4, 5]);
	assert.equal(came.at(-1), 39);
	reorder.push(packet(3));
	assert.equal(came.at(-1), 39);
	reorder.push(packet(30_000));
	assert.equal(came.at(-1), 39);
	reorder.push(packet(65_000));
	assert.equal(came.at(-1), 65_000);
});
