import { asFaults } from "../camera-faults.ts";
import type { MediaOperation } from "../context.ts";
import { findEncoderConfiguration, findProfile } from "./find.ts";
import { encoderConfigurationIn } from "./types-in.ts";
import { encoderConfigurationOut, encoderOptionsOut } from "./types-out.ts";

const part = "videoEncoderConfiguration";

export const GetVideoEncoderConfigurations: MediaOperation<"GetVideoEncoderConfigurations"> =
	{
		access: "READ_MEDIA",
		run: (_request, { camera }) => ({
			Configurations: camera.videoEncoderConfigurations.map((c) =>
				encoderConfigurationOut(camera, c),
			),
		}),
	};

export const GetVideoEncoderConfiguration: MediaOperation<"GetVideoEncoderConfiguration"> =
	{
		access: "READ_MEDIA",
		run: ({ ConfigurationToken }, { camera }) => ({
			Configuration: encoderConfigurationOut(
				camera,
				findEncoderConfiguration(camera, ConfigurationToken),
			),
		}),
	};

/** Every encoder takes the one source's picture. */
export const GetCompatibleVideoEncoderConfigurations: MediaOperation<"GetCompatibleVideoEncoderConfigurations"> =
	{
		access: "READ_MEDIA",
		run({ ProfileToken }, { camera }) {
			findProfile(camera, ProfileToken);
			return {
				Configurations: camera.videoEncoderConfigurations.map((c) =>
					encoderConfigurationOut(camera, c),
				),
			};
		},
	};

/** Those of a configuration, which its engine may narrow; of a profile, those of the one that it has. */
export const GetVideoEncoderConfigurationOptions: MediaOperation<"GetVideoEncoderConfigurationOptions"> =
	{
		access: "READ_MEDIA",
		run({ ConfigurationToken, ProfileToken }, { camera }) {
			const ofProfile =
				ProfileToken === undefined
					? undefined
					: findProfile(camera, ProfileToken).videoEncoderConfiguration;
			if (ConfigurationToken !== undefined)
				findEncoderConfiguration(camera, ConfigurationToken);
			const token = ConfigurationToken ?? ofProfile;
			return { Options: encoderOptionsOut(camera.encoderOptions.of(token)) };
		},
	};

/** ForcePersistence is obsolete and always taken for true (Media spec). */
export const SetVideoEncoderConfiguration: MediaOperation<"SetVideoEncoderConfiguration"> =
	{
		access: "ACTUATE",
		async run({ Configuration }, { camera }) {
			const current = findEncoderConfiguration(camera, Configuration.token);
			const wanted = encoderConfigurationIn(Configuration, current);
			await asFaults(camera.setVideoEncoderConfiguration(wanted));
			return {};
		},
	};

export const AddVideoEncoderConfiguration: MediaOperation<"AddVideoEncoderConfiguration"> =
	{
		access: "ACTUATE",
		async run({ ProfileToken, ConfigurationToken }, { camera }) {
			await asFaults(
				camera.addToProfile(ProfileToken, part, ConfigurationToken),
			);
			return {};
		},
	};

export const RemoveVideoEncoderConfiguration: MediaOperation<"RemoveVideoEncoderConfiguration"> =
	{
		access: "ACTUATE",
		async run({ ProfileToken }, { camera }) {
			await asFaults(camera.removeFromProfile(ProfileToken, part));
			return {};
		},
	};
