import assert from "node:assert/strict";
import { test } from "node:test";
import { H265Format } from "../../src/media/formats/h265.ts";

const described = (format: H265Format) => format.description;

/** An RTP packet around a NAL unit of a type, or around what stands there. */
function packet(type: number, ...octets: readonly number[]): Buffer {
	const header = Buffer.alloc(12);
	header.writeUInt8(0x80, 0);
	header.writeUInt8(0x80 | 96, 1);
	return Buffer.concat([header, Buffer.from([type << 1, 1, ...octets])]);
}

test("H.265 is described by its parameter sets, once a key frame came", () => {
	const format = new H265Format({ width: 0, height: 0, frameRate: 0 });
	const sets = [packet(32, 1), packet(33, 2), packet(34, 3), packet(34, 4)];
	assert.equal(format.inspect(sets), false);
	assert.equal(described(format), undefined);
	assert.equal(format.inspect([packet(1, 9)]), false);
	assert.equal(format.inspect([...sets, packet(19, 9)]), true);
	const now = described(format);
	assert.equal(now?.encodingName, "H265");
	assert.equal(now?.payloadType, 96);
	assert.equal(now?.fmtp, "sprop-vps=QAEB;sprop-sps=QgEC;sprop-pps=RAED,RAEE");
	format.restart();
	assert.equal(described(format), undefined);
	assert.equal(format.inspect([packet(20, 9)]), true);
	assert.equal(described(format), undefined);
});

test("sets within one aggregation packet, and a key frame in fragments", () => {
	const format = new H265Format({ width: 0, height: 0, frameRate: 0 });
	const unit = (type: number) => [0, 3, type << 1, 1, 7];
	const together = packet(48, ...unit(32), ...unit(33), ...unit(34));
	const fragment = packet(49, 0x80 | 19, 1, 2);
	assert.equal(format.inspect([together, fragment]), true);
	assert.equal(
		format.description?.fmtp,
		"sprop-vps=QAEH;sprop-sps=QgEH;sprop-pps=RAEH",
	);
});
