import { asFaults } from "../camera-faults.ts";
import type { MediaOperation } from "../context.ts";
import { configurationKind } from "./configuration-kind.ts";
import { sourceConfigurationIn } from "./types-in.ts";
import { rangeOut, sourceConfigurationOut } from "./types-out.ts";

const kind = configurationKind({
	part: "videoSourceConfiguration",
	of: (camera) => camera.videoSourceConfigurations,
	out: sourceConfigurationOut,
});

export const GetVideoSourceConfigurations: MediaOperation<"GetVideoSourceConfigurations"> =
	kind.getAll;

export const GetVideoSourceConfiguration: MediaOperation<"GetVideoSourceConfiguration"> =
	kind.get;

export const GetCompatibleVideoSourceConfigurations: MediaOperation<"GetCompatibleVideoSourceConfigurations"> =
	kind.getCompatible;

/** The bounds are what they are: nothing crops the picture. */
export const GetVideoSourceConfigurationOptions: MediaOperation<"GetVideoSourceConfigurationOptions"> =
	{
		access: "READ_MEDIA",
		run(request, { camera }) {
			kind.check(camera, request);
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
	kind.add;

export const RemoveVideoSourceConfiguration: MediaOperation<"RemoveVideoSourceConfiguration"> =
	kind.remove;
