import assert from "node:assert/strict";
import { test } from "node:test";
import { operations as trt } from "../../src/onvif/media/operations.ts";
import type * as tt from "../../src/soap/schema/generated/tt.ts";
import { contextUnderTest, refused } from "./device-under-test.ts";

test("the source configuration takes a name and nothing else (MEDIA-2-1-8)", async (t) => {
	const context = await contextUnderTest(t);
	const ConfigurationToken = "video-source-config";
	const get = async () => {
		const answer = await trt.GetVideoSourceConfiguration.run(
			{ ConfigurationToken },
			context,
		);
		return answer.Configuration;
	};
	const current = await get();
	const set = (change: Partial<tt.VideoSourceConfiguration>) =>
		trt.SetVideoSourceConfiguration.run(
			{ ForcePersistence: true, Configuration: { ...current, ...change } },
			context,
		);
	await set({ Name: "Lens", UseCount: 9 });
	assert.deepEqual(await get(), { ...current, Name: "Lens" });
	await refused(
		"trt:SetVideoSourceConfiguration",
		() => set({ Bounds: { x: 1, y: 0, width: 1279, height: 720 } }),
		"ter:InvalidArgVal",
		"ter:ConfigModify",
	);
});
