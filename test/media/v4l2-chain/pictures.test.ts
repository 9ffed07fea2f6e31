import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { eventually, until } from "../../helpers/media.ts";
import { chained, chainUnderTest } from "./chain-under-test.ts";
import { pictureSize } from "./stand-ins.ts";

describe("the pictures of a v4l2 chain", () => {
	const { said, start } = chainUnderTest();

	test("H.264 comes into the hub while somebody watches", async (t) => {
		const { stream, watcher } = start(t);
		assert.deepEqual(chained(), []);
		const { detach } = stream.attach(watcher);
		const description = await eventually(() => stream.describe());
		assert.match(description.fmtp ?? "", /sprop-parameter-sets=\w+/);
		assert.equal(description.bitrateKbit, undefined);
		await watcher.more(12);
		assert.ok(watcher.frames.some(({ key }) => key));
		detach();
		await until(() => chained().length === 0, "both programs end");
		assert.doesNotMatch(said.join(), /cannot run|another rate/);
	});

	test("JPEG comes into the hub", async (t) => {
		const { engine, stream, watcher } = start(t, "JPEG");
		stream.attach(watcher);
		const { encodingName } = await eventually(() => stream.describe());
		assert.equal(encodingName, "JPEG");
		await watcher.more(5);
		assertJpeg(await eventually(() => engine.snapshot("main")));
	});

	test("a snapshot of H.264 wakes the chain and is its key frame", async (t) => {
		const { engine } = start(t);
		const [one, other] = await eventually(() =>
			Promise.all([engine.snapshot("main"), engine.snapshot("main")]),
		);
		assert.equal(one, other, "who asks together shares one");
		assertJpeg(one);
	});
});

function assertJpeg(picture: Buffer): void {
	assert.equal(picture.readUInt16BE(0), 0xffd8);
	assert.equal(picture.readUInt16BE(picture.length - 2), 0xffd9);
	const header = [0xc0, 0xc2]
		.map((code) => picture.indexOf(Buffer.from([0xff, code])))
		.find((at) => at > 0);
	assert.ok(header);
	assert.equal(picture.readUInt16BE(header + 5), pictureSize.height);
	assert.equal(picture.readUInt16BE(header + 7), pictureSize.width);
}
