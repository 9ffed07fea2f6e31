import { test } from "node:test";
import { operations as trt } from "../../src/onvif/media/operations.ts";
import { contextUnderTest, refused } from "./device-under-test.ts";
import { encoder, setup } from "./media-helpers.ts";

const noProfile = ["ter:InvalidArgVal", "ter:NoProfile"] as const;
const noConfig = ["ter:InvalidArgVal", "ter:NoConfig"] as const;
test("what does not exist is named by the fault", async (t) => {
	const context = await contextUnderTest(t);
	const ProfileToken = "none";
	const ConfigurationToken = "none";
	const configuration = { ...(await encoder(context)), token: "none" };
	const byProfile = {
		GetProfile: () => trt.GetProfile.run({ ProfileToken }, context),
		GetCompatibleVideoSourceConfigurations: () =>
			trt.GetCompatibleVideoSourceConfigurations.run({ ProfileToken }, context),
		GetCompatibleVideoEncoderConfigurations: () =>
			trt.GetCompatibleVideoEncoderConfigurations.run(
				{ ProfileToken },
				context,
			),
		GetVideoSourceConfigurationOptions: () =>
			trt.GetVideoSourceConfigurationOptions.run({ ProfileToken }, context),
		GetVideoEncoderConfigurationOptions: () =>
			trt.GetVideoEncoderConfigurationOptions.run({ ProfileToken }, context),
		AddVideoSourceConfiguration: () =>
			trt.AddVideoSourceConfiguration.run(
				{ ProfileToken, ConfigurationToken },
				context,
			),
		AddVideoEncoderConfiguration: () =>
			trt.AddVideoEncoderConfiguration.run(
				{ ProfileToken, ConfigurationToken },
				context,
			),
		RemoveVideoSourceConfiguration: () =>
			trt.RemoveVideoSourceConfiguration.run({ ProfileToken }, context),
		RemoveVideoEncoderConfiguration: () =>
			trt.RemoveVideoEncoderConfiguration.run({ ProfileToken }, context),
		GetStreamUri: () =>
			trt.GetStreamUri.run(
				{ ProfileToken, StreamSetup: setup("UDP") },
				context,
			),
		GetSnapshotUri: () => trt.GetSnapshotUri.run({ ProfileToken }, context),
		SetSynchronizationPoint: () =>
			trt.SetSynchronizationPoint.run({ ProfileToken }, context),
	};
	for (const [name, ask] of Object.entries(byProfile)) {
		await refused(`trt:${name}`, ask, ...noProfile);
	}
	const known = { ProfileToken: "main", ConfigurationToken };
	const byConfiguration = {
		GetVideoSourceConfiguration: () =>
			trt.GetVideoSourceConfiguration.run({ ConfigurationToken }, context),
		GetVideoEncoderConfiguration: () =>
			trt.GetVideoEncoderConfiguration.run({ ConfigurationToken }, context),
		GetVideoSourceConfigurationOptions: () =>
			trt.GetVideoSourceConfigurationOptions.run(known, context),
		GetVideoEncoderConfigurationOptions: () =>
			trt.GetVideoEncoderConfigurationOptions.run(known, context),
		AddVideoSourceConfiguration: () =>
			trt.AddVideoSourceConfiguration.run(known, context),
		AddVideoEncoderConfiguration: () =>
			trt.AddVideoEncoderConfiguration.run(known, context),
		GetGuaranteedNumberOfVideoEncoderInstances: () =>
			trt.GetGuaranteedNumberOfVideoEncoderInstances.run(
				{ ConfigurationToken },
				context,
			),
		SetVideoEncoderConfiguration: () =>
			trt.SetVideoEncoderConfiguration.run(
				{ ForcePersistence: true, Configuration: configuration },
				context,
			),
	};
	for (const [name, ask] of Object.entries(byConfiguration)) {
		await refused(`trt:${name}`, ask, ...noConfig);
	}
});
