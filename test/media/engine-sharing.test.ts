import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { gstreamerChildren } from "../helpers/children.ts";
import { eventually, until } from "../helpers/media.ts";
import { engineForEach, plan, Recorder } from "./engine-under-test.ts";

describe("GStreamer engine: a stream is made once for all who watch", () => {
	const under = engineForEach();

	test("nothing runs while nobody watches; viewers share one capture and one encoder; all stop after the last", async () => {
		assert.deepEqual(gstreamerChildren(), { captures: [], encoders: [] });
		const viewers = [new Recorder(), new Recorder(), new Recorder()];
		const attachments = viewers.map((viewer) =>
			under.stream("main").attach(viewer),
		);
		await Promise.all(viewers.map((viewer) => viewer.more(5)));
		assert.equal(gstreamerChildren().captures.length, 1);
		assert.equal(gstreamerChildren().encoders.length, 1);
		assert.equal(viewers[0]?.frames[0]?.key, true);
		for (const attachment of attachments) attachment.detach();
		await until(
			() =>
				gstreamerChildren().encoders.length === 0 &&
				gstreamerChildren().captures.length === 0,
			"children gone",
		);
	});

	test("describes H.264 and JPEG from what the encoder really sends", async () => {
		const [main, jpeg] = await Promise.all([
			eventually(() => under.stream("main").describe()),
			eventually(() => under.stream("jpeg").describe()),
		]);
		assert.equal(main.encodingName, "H264");
		assert.match(
			main.fmtp ?? "",
			/^packetization-mode=1;profile-level-id=4D40..;sprop-parameter-sets=[\w+/=]+,[\w+/=]+$/,
		);
		assert.equal(jpeg.encodingName, "JPEG");
		assert.equal(jpeg.payloadType, 26);
	});

	test("whoever joins gets the frames since the latest key frame at once", async () => {
		const first = new Recorder();
		under.stream("main").attach(first);
		await first.more(4);
		const { backlog } = under.stream("main").attach(new Recorder());
		assert.equal(backlog[0]?.key, true);
		assert.equal(
			backlog.at(-1),
			first.frames.at(-1),
			"the very same buffers, not copies",
		);
	});

	test("a key frame comes when asked for", async () => {
		const govLength = 100_000;
		under.engine.apply({
			...plan,
			streams: plan.streams.map((one) => ({
				...one,
				encoder: { ...one.encoder, govLength },
			})),
		});
		const viewer = new Recorder();
		under.stream("main").attach(viewer);
		await viewer.more(3);
		const from = viewer.frames.length;
		under.stream("main").requestKeyFrame();
		await until(
			() => viewer.frames.slice(from).some((frame) => frame.key),
			"a key frame, long before the next regular one",
		);
	});

	test("snapshots: cold, beside a running encoder, and from a running JPEG stream", async () => {
		const size = (jpeg: Buffer) => {
			const at = jpeg.indexOf(Buffer.from([0xff, 0xc0]));
			return [jpeg.readUInt16BE(at + 7), jpeg.readUInt16BE(at + 5)];
		};
		const snapshot = () => under.engine.snapshot("main");
		const [cold, shared] = await eventually(() =>
			Promise.all([snapshot(), snapshot()]),
		);
		assert.equal(cold, shared, "those who ask together share one");
		assert.deepEqual(size(cold), [640, 480]);
		under.stream("jpeg").attach(new Recorder());
		await eventually(() => under.stream("jpeg").describe());
		const encoders = gstreamerChildren().encoders.length;
		assert.deepEqual(size(await under.engine.snapshot("jpeg")), [320, 240]);
		assert.equal(gstreamerChildren().encoders.length, encoders);
	});
});
