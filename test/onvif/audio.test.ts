import assert from "node:assert/strict";
import { test } from "node:test";
import type { AudioSettings } from "../../src/camera/settings.ts";
import { operations as trt } from "../../src/onvif/media/operations.ts";
import type * as tt from "../../src/soap/schema/generated/tt.ts";
import { contextUnderTest, refused } from "./device-under-test.ts";

const audio: AudioSettings = {
	channels: 1,
	encoding: "G711",
	bitrateKbit: 64,
	sampleRateKHz: 8,
};
const SOURCE = "audio-source-config";
const ENCODER = "audio-encoder";

type Context = Awaited<ReturnType<typeof contextUnderTest>>;

test("a profile tells its sound, and a silent one nothing of it", async (t) => {
	const context = await contextUnderTest(t, { audio });
	const profile = async () => {
		const { Profile } = await trt.GetProfile.run(
			{ ProfileToken: "main" },
			context,
		);
		return Profile;
	};
	const whole = await profile();
	assert.deepEqual(whole.AudioSourceConfiguration, {
		token: SOURCE,
		Name: "Audio source",
		UseCount: 3,
		SourceToken: "audio",
	});
	assert.deepEqual(whole.AudioEncoderConfiguration, {
		token: ENCODER,
		Name: "Audio encoder",
		UseCount: 3,
		Encoding: "G711",
		Bitrate: 64,
		SampleRate: 8,
		Multicast: {
			Address: { Type: "IPv4", IPv4Address: "239.192.245.16" },
			Port: 23752,
			TTL: 1,
			AutoStart: false,
		},
		SessionTimeout: "PT60S",
	});
	const ProfileToken = "main";
	await trt.RemoveAudioEncoderConfiguration.run({ ProfileToken }, context);
	await trt.RemoveAudioSourceConfiguration.run({ ProfileToken }, context);
	const silent = await profile();
	assert(!("AudioSourceConfiguration" in silent));
	assert(!("AudioEncoderConfiguration" in silent));
});

test("an audio encoder configuration takes what its options list (MEDIA-3-1-14, -16)", async (t) => {
	const context = await contextUnderTest(t, { audio });
	const get = async () => {
		const { Configuration } = await trt.GetAudioEncoderConfiguration.run(
			{ ConfigurationToken: ENCODER },
			context,
		);
		return Configuration;
	};
	const current = await get();
	const set = (change: Partial<tt.AudioEncoderConfiguration>) =>
		trt.SetAudioEncoderConfiguration.run(
			{ ForcePersistence: true, Configuration: { ...current, ...change } },
			context,
		);
	const wanted = { Encoding: "AAC", Bitrate: 48, SampleRate: 32 } as const;
	await set({ ...wanted, Name: "Yard", UseCount: 9 });
	assert.deepEqual(await get(), { ...current, ...wanted, Name: "Yard" });
	for (const change of [
		{ Encoding: "G726" },
		{ Encoding: "G711", Bitrate: 32 },
		{ Encoding: "AAC", Bitrate: 48, SampleRate: 8 },
	] as const)
		await refused(
			"trt:SetAudioEncoderConfiguration",
			() => set(change),
			"ter:InvalidArgVal",
			"ter:ConfigModify",
		);
	assert.equal((await get()).Bitrate, 48);
});

async function offered(context: Context): Promise<string[]> {
	const { Options } = await trt.GetAudioEncoderConfigurationOptions.run(
		{},
		context,
	);
	return (Options?.Options ?? []).map(
		({ Encoding, BitrateList, SampleRateList }) =>
			`${Encoding} ${BitrateList?.Items} ${SampleRateList?.Items}`,
	);
}

test("another camera's sound has nothing to choose", async (t) => {
	const context = await contextUnderTest(t, {
		audio: { ...audio, fixed: true },
	});
	assert.deepEqual(await offered(context), ["G711 64 8"]);
	const { Configuration } = await trt.GetAudioEncoderConfiguration.run(
		{ ConfigurationToken: ENCODER },
		context,
	);
	const set = (change: Partial<tt.AudioEncoderConfiguration>) =>
		trt.SetAudioEncoderConfiguration.run(
			{
				ForcePersistence: true,
				Configuration: { ...Configuration, ...change },
			},
			context,
		);
	await refused(
		"trt:SetAudioEncoderConfiguration",
		() => set({ Encoding: "AAC", Bitrate: 32, SampleRate: 16 }),
		"ter:InvalidArgVal",
		"ter:ConfigModify",
	);
	await set({ Name: "Yard" });
});

test("what nothing here encodes is offered only where it is configured", async (t) => {
	const notEncoded = ["AAC"] as const;
	const plain = await contextUnderTest(t, { audio: { ...audio, notEncoded } });
	assert.deepEqual(await offered(plain), ["G711 64 8"]);
	const wanted = {
		encoding: "AAC",
		bitrateKbit: 32,
		sampleRateKHz: 16,
	} as const;
	const configured = await contextUnderTest(t, {
		audio: { channels: 1, ...wanted, notEncoded },
	});
	assert.deepEqual(await offered(configured), [
		"G711 64 8",
		"AAC 16,24,32,48,64,96 16,32,48",
	]);
});

test("a source configuration points at the one microphone", async (t) => {
	const context = await contextUnderTest(t, { audio });
	const set = (change: Partial<tt.AudioSourceConfiguration>) =>
		trt.SetAudioSourceConfiguration.run(
			{
				ForcePersistence: true,
				Configuration: {
					...{ token: SOURCE, Name: "Yard", UseCount: 0, SourceToken: "audio" },
					...change,
				},
			},
			context,
		);
	await set({});
	const { Configurations } = await trt.GetAudioSourceConfigurations.run(
		{},
		context,
	);
	assert.deepEqual(
		Configurations?.map((c) => [c.Name, c.UseCount]),
		[["Yard", 3]],
	);
	await refused(
		"trt:SetAudioSourceConfiguration",
		() => set({ SourceToken: "other" }),
		"ter:InvalidArgVal",
		"ter:ConfigModify",
	);
});

/** Every operation on sound, asked of what is not there. */
function everyOperation(context: Context, ProfileToken: string) {
	const ConfigurationToken = "none";
	const both = { ProfileToken, ConfigurationToken };
	const name = { token: "none", Name: "none", UseCount: 0 };
	const multicast = {
		Address: { Type: "IPv4", IPv4Address: "0.0.0.0" },
		Port: 0,
		TTL: 1,
		AutoStart: false,
	} as const;
	return {
		listed: {
			GetAudioSources: () => trt.GetAudioSources.run({}, context),
			GetAudioSourceConfigurations: () =>
				trt.GetAudioSourceConfigurations.run({}, context),
			GetAudioEncoderConfigurations: () =>
				trt.GetAudioEncoderConfigurations.run({}, context),
		},
		byProfile: {
			GetCompatibleAudioSourceConfigurations: () =>
				trt.GetCompatibleAudioSourceConfigurations.run(both, context),
			GetCompatibleAudioEncoderConfigurations: () =>
				trt.GetCompatibleAudioEncoderConfigurations.run(both, context),
			RemoveAudioSourceConfiguration: () =>
				trt.RemoveAudioSourceConfiguration.run(both, context),
			RemoveAudioEncoderConfiguration: () =>
				trt.RemoveAudioEncoderConfiguration.run(both, context),
		},
		byConfiguration: {
			GetAudioSourceConfiguration: () =>
				trt.GetAudioSourceConfiguration.run({ ConfigurationToken }, context),
			GetAudioEncoderConfiguration: () =>
				trt.GetAudioEncoderConfiguration.run({ ConfigurationToken }, context),
			SetAudioSourceConfiguration: () =>
				trt.SetAudioSourceConfiguration.run(
					{
						ForcePersistence: true,
						Configuration: { ...name, SourceToken: "audio" },
					},
					context,
				),
			SetAudioEncoderConfiguration: () =>
				trt.SetAudioEncoderConfiguration.run(
					{
						ForcePersistence: true,
						Configuration: {
							...name,
							Encoding: "G711",
							Bitrate: 64,
							SampleRate: 8,
							Multicast: multicast,
							SessionTimeout: "PT1M",
						},
					},
					context,
				),
		},
		byBoth: {
			GetAudioSourceConfigurationOptions: () =>
				trt.GetAudioSourceConfigurationOptions.run(both, context),
			GetAudioEncoderConfigurationOptions: () =>
				trt.GetAudioEncoderConfigurationOptions.run(both, context),
			AddAudioSourceConfiguration: () =>
				trt.AddAudioSourceConfiguration.run(both, context),
			AddAudioEncoderConfiguration: () =>
				trt.AddAudioEncoderConfiguration.run(both, context),
		},
	};
}

const refusedAll = async (
	asked: Readonly<Record<string, () => unknown>>,
	...subcodes: readonly string[]
) => {
	for (const [name, ask] of Object.entries(asked))
		await refused(`trt:${name}`, ask, ...subcodes);
};

test("what does not exist is named by the fault (MEDIA-3-1-17 to -20)", async (t) => {
	const context = await contextUnderTest(t, { audio });
	const noProfile = everyOperation(context, "none");
	for (const asked of [noProfile.byProfile, noProfile.byBoth])
		await refusedAll(asked, "ter:InvalidArgVal", "ter:NoProfile");
	const noConfig = everyOperation(context, "main");
	for (const asked of [noConfig.byConfiguration, noConfig.byBoth])
		await refusedAll(asked, "ter:InvalidArgVal", "ter:NoConfig");
});

test("without a microphone every operation says so", async (t) => {
	const context = await contextUnderTest(t);
	for (const asked of Object.values(everyOperation(context, "main")))
		await refusedAll(asked, "ter:ActionNotSupported", "ter:AudioNotSupported");
});
