import assert from "node:assert/strict";
import { test } from "node:test";
import { operations as trt } from "../../src/onvif/media/operations.ts";
import type * as tt from "../../src/soap/schema/generated/tt.ts";
import { contextUnderTest, refused } from "./device-under-test.ts";
import { encoder } from "./media-helpers.ts";

test("setting an encoder configuration applies it, but not its UseCount (MEDIA-2-3-17)", async (t) => {
	const context = await contextUnderTest(t);
	const current = await encoder(context);
	await trt.SetVideoEncoderConfiguration.run(
		{
			ForcePersistence: false,
			Configuration: {
				...current,
				UseCount: 7,
				Resolution: { Width: 640, Height: 360 },
				RateControl: {
					FrameRateLimit: 10,
					EncodingInterval: 1,
					BitrateLimit: 64_000,
				},
				H264: { GovLength: 10, H264Profile: "Baseline" },
				SessionTimeout: "PT1M30S",
			},
		},
		context,
	);
	const applied = await encoder(context);
	assert.deepEqual(applied, {
		...current,
		Resolution: { Width: 640, Height: 360 },
		RateControl: {
			FrameRateLimit: 10,
			EncodingInterval: 1,
			BitrateLimit: 32_000,
		},
		H264: { GovLength: 10, H264Profile: "Baseline" },
		SessionTimeout: "PT90S",
	});
	// agsh/onvif leaves RateControl out when it only wants another name.
	const { RateControl: _left, H264: _out, ...rest } = applied;
	await trt.SetVideoEncoderConfiguration.run(
		{ ForcePersistence: true, Configuration: { ...rest, Name: "renamed" } },
		context,
	);
	assert.deepEqual(await encoder(context), { ...applied, Name: "renamed" });
});

const impossible: Record<string, Partial<tt.VideoEncoderConfiguration>> = {
	MPEG4: { Encoding: "MPEG4" },
	"H264 Extended": { H264: { GovLength: 25, H264Profile: "Extended" } },
	"a size of nobody": { Resolution: { Width: 1, Height: 1 } },
	"a quality that is no number": { Quality: Number.NaN },
	"a group of no length": { H264: { GovLength: 0, H264Profile: "Main" } },
};

for (const [name, change] of Object.entries(impossible)) {
	test(`refused with ter:ConfigModify: ${name}`, async (t) => {
		const context = await contextUnderTest(t);
		const current = await encoder(context);
		await refused(
			"trt:SetVideoEncoderConfiguration",
			() =>
				trt.SetVideoEncoderConfiguration.run(
					{ ForcePersistence: true, Configuration: { ...current, ...change } },
					context,
				),
			"ter:InvalidArgVal",
			"ter:ConfigModify",
		);
		assert.deepEqual(await encoder(context), current);
	});
}

test("every configuration lies within its options (MEDIA-2-3-3, 2-2-3)", async (t) => {
	const context = await contextUnderTest(t);
	const { Configurations } = await trt.GetVideoEncoderConfigurations.run(
		{},
		context,
	);
	for (const configuration of Configurations ?? []) {
		const { Options } = await trt.GetVideoEncoderConfigurationOptions.run(
			{ ConfigurationToken: configuration.token },
			context,
		);
		const { Encoding, Resolution } = configuration;
		assert(Encoding !== "MPEG4");
		const options = Options.Extension?.[Encoding];
		assert(options);
		assert(Options[Encoding]);
		const offered = options.ResolutionsAvailable.map(
			(r) => `${r.Width}x${r.Height}`,
		);
		assert(offered.includes(`${Resolution.Width}x${Resolution.Height}`));
		assert(offered.includes("320x240"));
		const bitrate = configuration.RateControl?.BitrateLimit ?? 0;
		assert(bitrate >= options.BitrateRange.Min);
		assert(bitrate <= options.BitrateRange.Max);
	}
	const { Options } = await trt.GetVideoSourceConfigurationOptions.run(
		{ ProfileToken: "main", ConfigurationToken: "video-source-config" },
		context,
	);
	assert.deepEqual(Options.VideoSourceTokensAvailable, ["video"]);
	assert.deepEqual(Options.BoundsRange.WidthRange, { Min: 1280, Max: 1280 });
});

for (const encoding of ["JPEG", "H264"] as const) {
	test(`the ends and the middle of ${encoding}'s options can be set (MEDIA-2-1-9, 2-1-11)`, async (t) => {
		const context = await contextUnderTest(t);
		const current = await encoder(context);
		const { Options } = await trt.GetVideoEncoderConfigurationOptions.run(
			{ ConfigurationToken: current.token },
			context,
		);
		const offered = Options[encoding];
		assert(offered);
		const profiles = Options.H264?.H264ProfilesSupported ?? [];
		const govLengths = Options.H264?.GovLengthRange ?? { Min: 1, Max: 1 };
		for (const part of [0, 0.5, 1]) {
			const at = <T>(list: readonly T[]) =>
				list[Math.round((list.length - 1) * part)];
			const within = ({ Min, Max }: tt.IntRange) =>
				Math.round(Min + (Max - Min) * part);
			const wanted: tt.VideoEncoderConfiguration = {
				...current,
				Encoding: encoding,
				Resolution: at(offered.ResolutionsAvailable) ?? current.Resolution,
				Quality: within(Options.QualityRange),
				RateControl: {
					FrameRateLimit: within(offered.FrameRateRange),
					EncodingInterval: within(offered.EncodingIntervalRange),
					BitrateLimit: 64_000,
				},
				H264: {
					GovLength: within(govLengths),
					H264Profile: at(profiles) ?? "Main",
				},
			};
			await trt.SetVideoEncoderConfiguration.run(
				{ ForcePersistence: false, Configuration: wanted },
				context,
			);
			const { H264, ...rest } = wanted;
			assert.deepEqual(await encoder(context), {
				...rest,
				...(encoding === "H264" && { H264 }),
				RateControl: { ...wanted.RateControl, BitrateLimit: 32_000 },
			});
		}
	});
}

test("as many encoders as are told can run (MEDIA-2-1-7)", async (t) => {
	const context = await contextUnderTest(t);
	assert.deepEqual(
		await trt.GetGuaranteedNumberOfVideoEncoderInstances.run(
			{ ConfigurationToken: "video-source-config" },
			context,
		),
		{ TotalNumber: 3, JPEG: 3, H264: 3, MPEG4: 0 },
	);
});
