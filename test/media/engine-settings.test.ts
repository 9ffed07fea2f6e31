import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { gstreamerChildren } from "../helpers/children.ts";
import { until, videoDescription } from "../helpers/media.ts";
import { engineForEach, plan, Recorder } from "./engine-under-test.ts";

describe("GStreamer engine: settings while somebody watches", () => {
	const under = engineForEach();

	test("new settings restart that encoder alone, and its viewers stay", async () => {
		const changed = new Recorder();
		const same = new Recorder();
		under.stream("main").attach(changed);
		under.stream("jpeg").attach(same);
		await Promise.all([changed.more(3), same.more(3)]);
		const before = gstreamerChildren();
		under.engine.apply({
			...plan,
			streams: plan.streams.map((one) =>
				one.token === "main"
					? {
							...one,
							encoder: {
								...one.encoder,
								width: 320,
								height: 240,
								h264Profile: "High",
							},
						}
					: one,
			),
		});
		await until(
			async () =>
				(await under.stream("main").describe()).fmtp?.includes(
					"profile-level-id=6400",
				) ?? false,
			"the new profile in SDP",
		);
		await changed.more(3);
		assert.equal((await videoDescription(under.stream("main"))).width, 320);
		const after = gstreamerChildren();
		assert.deepEqual(after.captures, before.captures);
		assert.equal(
			after.encoders.filter(({ pid }) =>
				before.encoders.some((old) => old.pid === pid),
			).length,
			1,
		);
		const count = same.frames.length;
		assert.ok(count > 3);
	});

	test("a removed configuration ends its viewers", async () => {
		const viewer = new Recorder();
		under.stream("sub").attach(viewer);
		await viewer.more(1);
		under.engine.apply({
			...plan,
			streams: plan.streams.filter(({ token }) => token !== "sub"),
		});
		assert.equal(viewer.ended, "its configuration was removed");
		assert.equal(under.hub.find("sub"), undefined);
	});
});
