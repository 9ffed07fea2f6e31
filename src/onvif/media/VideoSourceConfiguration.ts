import { asFaults } from "../camera-faults.ts";
import type { MediaOperation } from "../context.ts";
import { findProfile, findSourceConfiguration } from "./find.ts";
import { sourceConfigurationIn } from "./types-in.ts";
import { rangeOut, sourceConfigurationOut } from "./types-out.ts";

const part = "videoSourceConfiguration";

export const GetVideoSourceConfigurations: MediaOperation<"GetVideoSourceConfigurations"> =
	{
		access: "READ_MEDIA",
		run: (_request, { camera }) => ({
			Configurations: camera.videoSourceConfigurations.map((c) =>
				sourceConfigurationOut(camera, c),
			),
		}),
	};

export const GetVideoSourceConfiguration: MediaOperation<"GetVideoSourceConfiguration"> =
	{
		access: "READ_MEDIA",
		run: ({ ConfigurationToken }, { camera }) => ({
			Configuration: sourceConfigurationOut(
				camera,
				findSourceConfiguration(camera, ConfigurationToken),
			),
		}),
	};

/** With one source, every configuration goes with every profile. */
export const GetCompatibleVideoSourceConfigurations: MediaOperation<"GetCompatibleVideoSourceConfigurations"> =
	{
		access: "READ_MEDIA",
		run({ ProfileToken }, { camera }) {
			findProfile(camera, ProfileToken);
			return {
				Configurations: camera.videoSourceConfigurations.map((c) =>
					sourceConfigurationOut(camera, c),
				),
			};
		},
	};

/** The bounds are what they are: nothing crops the picture. */
export const GetVideoSourceConfigurationOptions: MediaOperation<"GetVideoSourceConfigurationOptions"> =
	{
		access: "READ_MEDIA",
		run({ ConfigurationToken, ProfileToken }, { camera }) {
			if (ProfileToken !== undefined) findProfile(camera, ProfileToken);
			if (ConfigurationToken !== undefined) {
				findSourceConfiguration(camera, ConfigurationToken);
			}
			const { token, width, height } = camera.videoSource;
			return {
				Options: {
					MaximumNumberOfProfiles: camera.maximumProfiles,
					BoundsRange: {
						XRange: rangeOut({ min: 0, max: 0 }),
						YRange: rangeOut({ min: 0, max: 0 }),
						WidthRange: rangeOut({ min: width, max: width }),
						HeightRange: rangeOut({ min: height, max: height }),
					},
					VideoSourceTokensAvailable: [token],
				},
			};
		},
	};

export const SetVideoSourceConfiguration: MediaOperation<"SetVideoSourceConfiguration"> =
	{
		access: "ACTUATE",
		async run({ Configuration }, { camera }) {
			const wanted = sourceConfigurationIn(Configuration);
			await asFaults(camera.setVideoSourceConfiguration(wanted));
			return {};
		},
	};

export const AddVideoSourceConfiguration: MediaOperation<"AddVideoSourceConfiguration"> =
	{
		access: "ACTUATE",
		async run({ ProfileToken, ConfigurationToken }, { camera }) {
			await asFaults(
				camera.addToProfile(ProfileToken, part, ConfigurationToken),
			);
			return {};
		},
	};

export const RemoveVideoSourceConfiguration: MediaOperation<"RemoveVideoSourceConfiguration"> =
	{
		access: "ACTUATE",
		async run({ ProfileToken }, { camera }) {
			await asFaults(camera.removeFromProfile(ProfileToken, part));
			return {};
		},
	};
