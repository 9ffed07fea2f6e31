import assert from "node:assert/strict";
import { test } from "node:test";
import { operations as trt } from "../../src/onvif/media/operations.ts";
import { contextUnderTest, refused } from "./device-under-test.ts";
import { encoder } from "./media-helpers.ts";

test("profiles have all that clients crash without", async (t) => {
	const context = await contextUnderTest(t);
	const { Profiles } = await trt.GetProfiles.run({}, context);
	assert.deepEqual(Profiles?.[0], {
		token: "main",
		fixed: true,
		Name: "Main",
		VideoSourceConfiguration: {
			token: "video-source-config",
			Name: "Video source",
			UseCount: 3,
			SourceToken: "video",
			Bounds: { x: 0, y: 0, width: 1280, height: 720 },
		},
		VideoEncoderConfiguration: {
			token: "main-encoder",
			Name: "Main",
			UseCount: 1,
			Encoding: "H264",
			Resolution: { Width: 1280, Height: 720 },
			Quality: 80,
			RateControl: {
				FrameRateLimit: 25,
				EncodingInterval: 1,
				BitrateLimit: 2048,
			},
			H264: { GovLength: 25, H264Profile: "Main" },
			Multicast: {
				Address: { Type: "IPv4", IPv4Address: "239.194.32.224" },
				Port: 21312,
				TTL: 1,
				AutoStart: false,
			},
			SessionTimeout: "PT60S",
		},
	});
	assert.equal(Profiles?.[2]?.VideoEncoderConfiguration?.H264, undefined);
	for (const profile of Profiles ?? []) {
		assert.deepEqual(
			await trt.GetProfile.run({ ProfileToken: profile.token }, context),
			{ Profile: profile },
		);
	}
	const { VideoSources } = await trt.GetVideoSources.run({}, context);
	assert.deepEqual(VideoSources, [
		{ token: "video", Framerate: 25, Resolution: { Width: 1280, Height: 720 } },
	]);
});

test("Synology's trial: a profile is created and deleted", async (t) => {
	const context = await contextUnderTest(t);
	const create = (Token?: string) =>
		trt.CreateProfile.run(
			{ Name: "SynoTestProfile", ...(Token !== undefined && { Token }) },
			context,
		);
	assert.deepEqual(await create("SynoProfile"), {
		Profile: { token: "SynoProfile", fixed: false, Name: "SynoTestProfile" },
	});
	await refused(
		"trt:CreateProfile",
		() => create("SynoProfile"),
		"ter:InvalidArgVal",
		"ter:ProfileExists",
	);
	await refused("trt:CreateProfile", () => create("a/b"), "ter:InvalidArgVal");
	await create();
	await refused(
		"trt:CreateProfile",
		() => create(),
		"ter:Action",
		"ter:MaxNVTProfiles",
	);
	const remove = (ProfileToken: string) =>
		trt.DeleteProfile.run({ ProfileToken }, context);
	await remove("SynoProfile");
	await refused(
		"trt:DeleteProfile",
		() => remove("SynoProfile"),
		"ter:InvalidArgVal",
		"ter:NoProfile",
	);
	await refused(
		"trt:DeleteProfile",
		() => remove("main"),
		"ter:Action",
		"ter:DeletionOfFixedProfile",
	);
});

test("a profile grows and shrinks (MEDIA-1-1-5)", async (t) => {
	const context = await contextUnderTest(t);
	const ProfileToken = "p";
	await trt.CreateProfile.run({ Name: "P", Token: ProfileToken }, context);
	const parts = async () => {
		const { Profile } = await trt.GetProfile.run({ ProfileToken }, context);
		return [
			Profile.VideoSourceConfiguration?.token,
			Profile.VideoEncoderConfiguration?.token,
		];
	};
	const sources = await trt.GetCompatibleVideoSourceConfigurations.run(
		{ ProfileToken },
		context,
	);
	const source = sources.Configurations?.[0]?.token ?? "";
	await trt.AddVideoSourceConfiguration.run(
		{ ProfileToken, ConfigurationToken: source },
		context,
	);
	const encoders = await trt.GetCompatibleVideoEncoderConfigurations.run(
		{ ProfileToken },
		context,
	);
	assert.equal(encoders.Configurations?.length, 3);
	const ConfigurationToken = encoders.Configurations[0]?.token ?? "";
	await trt.AddVideoEncoderConfiguration.run(
		{ ProfileToken, ConfigurationToken },
		context,
	);
	assert.deepEqual(await parts(), [source, "main-encoder"]);
	assert.equal((await encoder(context)).UseCount, 2);
	await trt.RemoveVideoEncoderConfiguration.run({ ProfileToken }, context);
	assert.deepEqual(await parts(), [source, undefined]);
	await trt.RemoveVideoSourceConfiguration.run({ ProfileToken }, context);
	assert.deepEqual(await parts(), [undefined, undefined]);
	assert.equal((await encoder(context)).UseCount, 1);
});
