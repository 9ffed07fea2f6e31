import assert from "node:assert/strict";
import { test } from "node:test";
import { operations as trt } from "../../src/onvif/media/operations.ts";
import { Fault } from "../../src/soap/fault.ts";
import type * as tt from "../../src/soap/schema/generated/tt.ts";
import { contextUnderTest, refused } from "./device-under-test.ts";

const OUTPUT = "audio-output-config";
const DECODER = "audio-decoder";

test("a profile tells what can be said through it", async (t) => {
	const context = await contextUnderTest(t, { audioOutput: true });
	const extension = async () => {
		const { Profile } = await trt.GetProfile.run(
			{ ProfileToken: "main" },
			context,
		);
		return Profile.Extension;
	};
	assert.deepEqual(await extension(), {
		AudioOutputConfiguration: {
			token: OUTPUT,
			Name: "Audio output",
			UseCount: 3,
			OutputToken: "audio-output",
			OutputLevel: 100,
		},
		AudioDecoderConfiguration: {
			token: DECODER,
			Name: "Audio decoder",
			UseCount: 3,
		},
	});
	const ProfileToken = "main";
	await trt.RemoveAudioOutputConfiguration.run({ ProfileToken }, context);
	await trt.RemoveAudioDecoderConfiguration.run({ ProfileToken }, context);
	assert.equal(await extension(), undefined);
});

test("name and level of an output can be set, and kept", async (t) => {
	const context = await contextUnderTest(t, { audioOutput: true });
	const get = async () => {
		const { Configuration } = await trt.GetAudioOutputConfiguration.run(
			{ ConfigurationToken: OUTPUT },
			context,
		);
		return Configuration;
	};
	const current = await get();
	const set = (change: Partial<tt.AudioOutputConfiguration>) =>
		trt.SetAudioOutputConfiguration.run(
			{ ForcePersistence: true, Configuration: { ...current, ...change } },
			context,
		);
	await set({
		Name: "Door",
		OutputLevel: 30,
		SendPrimacy: "www.onvif.org/ver20/HalfDuplex/Client",
	});
	const changed = { ...current, Name: "Door", OutputLevel: 30 };
	assert.deepEqual(await get(), changed);
	for (const change of [
		{ OutputLevel: 101 },
		{ OutputLevel: -1 },
		{ OutputToken: "other" },
		{ SendPrimacy: "www.onvif.org/ver20/HalfDuplex/Nobody" },
	])
		await refused(
			"trt:SetAudioOutputConfiguration",
			() => set(change),
			"ter:InvalidArgVal",
			"ter:ConfigModify",
		);
	assert.deepEqual(await get(), changed);
	await trt.SetAudioDecoderConfiguration.run(
		{
			ForcePersistence: true,
			Configuration: { token: DECODER, Name: "G.711", UseCount: 7 },
		},
		context,
	);
	const { Configurations } = await trt.GetAudioDecoderConfigurations.run(
		{},
		context,
	);
	assert.deepEqual(Configurations, [
		{ token: DECODER, Name: "G.711", UseCount: 3 },
	]);
});

type Context = Awaited<ReturnType<typeof contextUnderTest>>;

/** Every operation on the way to the loudspeaker, asked of what is not there. */
function everyOperation(context: Context, ProfileToken: string) {
	const ConfigurationToken = "none";
	const both = { ProfileToken, ConfigurationToken };
	const name = { token: "none", Name: "none", UseCount: 0 };
	return {
		AudioOutput: {
			listed: [
				() => trt.GetAudioOutputs.run({}, context),
				() => trt.GetAudioOutputConfigurations.run({}, context),
			],
			byProfile: [
				() => trt.GetCompatibleAudioOutputConfigurations.run(both, context),
				() => trt.RemoveAudioOutputConfiguration.run(both, context),
			],
			byConfiguration: [
				() => trt.GetAudioOutputConfiguration.run(both, context),
				() =>
					trt.SetAudioOutputConfiguration.run(
						{
							ForcePersistence: true,
							Configuration: {
								...{ ...name, OutputToken: "audio-output", OutputLevel: 1 },
							},
						},
						context,
					),
			],
			byBoth: [
				() => trt.GetAudioOutputConfigurationOptions.run(both, context),
				() => trt.AddAudioOutputConfiguration.run(both, context),
			],
		},
		AudioDecoding: {
			listed: [() => trt.GetAudioDecoderConfigurations.run({}, context)],
			byProfile: [
				() => trt.GetCompatibleAudioDecoderConfigurations.run(both, context),
				() => trt.RemoveAudioDecoderConfiguration.run(both, context),
			],
			byConfiguration: [
				() => trt.GetAudioDecoderConfiguration.run(both, context),
				() =>
					trt.SetAudioDecoderConfiguration.run(
						{ ForcePersistence: true, Configuration: name },
						context,
					),
			],
			byBoth: [
				() => trt.GetAudioDecoderConfigurationOptions.run(both, context),
				() => trt.AddAudioDecoderConfiguration.run(both, context),
			],
		},
	};
}

async function answers(
	asked: readonly (() => unknown)[],
	...subcodes: readonly string[]
): Promise<void> {
	for (const ask of asked)
		await assert.rejects(
			async () => await ask(),
			(error) => {
				assert.ok(error instanceof Fault);
				assert.deepEqual(error.subcodes, subcodes);
				return true;
			},
		);
}

test("what does not exist is named by the fault", async (t) => {
	const context = await contextUnderTest(t, { audioOutput: true });
	for (const kind of Object.values(everyOperation(context, "none")))
		for (const asked of [kind.byProfile, kind.byBoth])
			await answers(asked, "ter:InvalidArgVal", "ter:NoProfile");
	for (const kind of Object.values(everyOperation(context, "main")))
		for (const asked of [kind.byConfiguration, kind.byBoth])
			await answers(asked, "ter:InvalidArgVal", "ter:NoConfig");
});

test("without a loudspeaker every operation says so", async (t) => {
	const context = await contextUnderTest(t);
	for (const [name, kind] of Object.entries(everyOperation(context, "main")))
		for (const asked of Object.values(kind))
			await answers(asked, "ter:ActionNotSupported", `ter:${name}NotSupported`);
});
