import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import {
	defaultEncoderLimits,
	type ProfileSettings,
} from "../../src/camera/settings.ts";
import { operations as trt } from "../../src/onvif/media/operations.ts";
import type * as tt from "../../src/soap/schema/generated/tt.ts";
import { mainProfile } from "../camera/helpers.ts";
import { contextUnderTest, refused } from "./device-under-test.ts";
import { encoder } from "./media-helpers.ts";

/** As with engine: v4l2-chain. */
const narrow: ProfileSettings = {
	...mainProfile,
	token: "narrow",
	width: 640,
	height: 360,
	h264Profile: "Baseline",
	bitrateKbit: 900,
	offer: {
		limits: {
			...defaultEncoderLimits,
			h264Profiles: ["Baseline"],
			bitrateKbit: { min: 900, max: 900 },
		},
		source: { sizes: [{ width: 320, height: 184 }], frameRate: 12.5 },
	},
};

const context = (t: TestContext, ...profiles: readonly ProfileSettings[]) =>
	contextUnderTest(t, { profiles });

async function options(
	on: Awaited<ReturnType<typeof context>>,
	request: { ConfigurationToken?: string; ProfileToken?: string },
) {
	const { Options } = await trt.GetVideoEncoderConfigurationOptions.run(
		request,
		on,
	);
	return Options;
}

const sizes = (list: readonly tt.VideoResolution[] | undefined) =>
	list?.map(({ Width, Height }) => `${Width}x${Height}`);

test("a profile's own engine narrows the options of its configuration", async (t) => {
	const on = await context(t, mainProfile, narrow);
	for (const request of [
		{ ConfigurationToken: "narrow-encoder" },
		{ ProfileToken: "narrow" },
	]) {
		const { H264, JPEG, Extension } = await options(on, request);
		assert.deepEqual(H264?.H264ProfilesSupported, ["Baseline"]);
		assert.deepEqual(H264.FrameRateRange, { Min: 1, Max: 13 });
		assert.deepEqual(sizes(H264.ResolutionsAvailable), ["320x184", "640x360"]);
		assert.deepEqual(sizes(JPEG?.ResolutionsAvailable), ["320x184", "640x360"]);
		const rate = { Min: 900, Max: 900 };
		assert.deepEqual(Extension?.H264?.BitrateRange, rate);
	}
});

test("other configurations, and who asks for none, are offered everything", async (t) => {
	const on = await context(t, mainProfile, narrow);
	for (const request of [{ ConfigurationToken: "main-encoder" }, {}]) {
		const { H264 } = await options(on, request);
		assert.deepEqual(H264?.H264ProfilesSupported, ["Baseline", "Main", "High"]);
		assert.ok(sizes(H264.ResolutionsAvailable)?.includes("320x240"));
	}
});

test("where all are narrow, who asks for none is offered what any of them can do", async (t) => {
	const on = await context(t, narrow, {
		...narrow,
		token: "other",
		width: 1280,
		height: 720,
		offer: {
			limits: {
				...defaultEncoderLimits,
				h264Profiles: ["Baseline"],
				bitrateKbit: { min: 200, max: 200 },
			},
			source: undefined,
		},
	});
	const { H264, Extension } = await options(on, {});
	assert.deepEqual(H264?.H264ProfilesSupported, ["Baseline"]);
	assert.deepEqual(sizes(H264.ResolutionsAvailable), [
		"320x184",
		"640x360",
		"1280x720",
	]);
	assert.deepEqual(Extension?.H264?.BitrateRange, { Min: 200, Max: 900 });
	const own = await options(on, { ConfigurationToken: "other-encoder" });
	assert.deepEqual(sizes(own.H264?.ResolutionsAvailable), ["1280x720"]);
});

const outside: Record<string, Partial<tt.VideoEncoderConfiguration>> = {
	"a profile of H.264": { H264: { GovLength: 25, H264Profile: "Main" } },
	"a size that others may have": { Resolution: { Width: 320, Height: 240 } },
};
for (const [name, change] of Object.entries(outside))
	test(`refused with ter:ConfigModify where the engine has it not: ${name}`, async (t) => {
		const on = await context(t, mainProfile, narrow);
		const set = async (token: string) => ({
			ForcePersistence: true,
			Configuration: { ...(await encoder(on, token)), ...change },
		});
		const request = await set("narrow-encoder");
		await refused(
			"trt:SetVideoEncoderConfiguration",
			() => trt.SetVideoEncoderConfiguration.run(request, on),
			"ter:InvalidArgVal",
			"ter:ConfigModify",
		);
		await trt.SetVideoEncoderConfiguration.run(await set("main-encoder"), on);
	});

test("a bit rate that the engine does not keep is brought back to the one it tells", async (t) => {
	const on = await context(t, mainProfile, narrow);
	const current = await encoder(on, "narrow-encoder");
	await trt.SetVideoEncoderConfiguration.run(
		{
			ForcePersistence: true,
			Configuration: {
				...current,
				RateControl: {
					FrameRateLimit: 10,
					EncodingInterval: 1,
					BitrateLimit: 4000,
				},
			},
		},
		on,
	);
	const { RateControl } = await encoder(on, "narrow-encoder");
	assert.equal(RateControl?.BitrateLimit, 900);
	assert.equal(RateControl.FrameRateLimit, 10);
});
