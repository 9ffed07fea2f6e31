import { asFaults } from "../camera-faults.ts";
import type { MediaOperation } from "../context.ts";
import { configurationKind } from "./configuration-kind.ts";
import { findProfile } from "./find.ts";
import { encoderConfigurationIn } from "./types-in.ts";
import { encoderConfigurationOut, encoderOptionsOut } from "./types-out.ts";

const kind = configurationKind({
	part: "videoEncoderConfiguration",
	of: (camera) => camera.videoEncoderConfigurations,
	out: encoderConfigurationOut,
});

export const GetVideoEncoderConfigurations: MediaOperation<"GetVideoEncoderConfigurations"> =
	kind.getAll;

export const GetVideoEncoderConfiguration: MediaOperation<"GetVideoEncoderConfiguration"> =
	kind.get;

export const GetCompatibleVideoEncoderConfigurations: MediaOperation<"GetCompatibleVideoEncoderConfigurations"> =
	kind.getCompatible;

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
				kind.find(camera, ConfigurationToken);
			const token = ConfigurationToken ?? ofProfile;
			return { Options: encoderOptionsOut(camera.encoderOptions.of(token)) };
		},
	};

/** ForcePersistence is obsolete and always taken for true (Media spec). */
export const SetVideoEncoderConfiguration: MediaOperation<"SetVideoEncoderConfiguration"> =
	{
		access: "ACTUATE",
		async run({ Configuration }, { camera }) {
			const current = kind.find(camera, Configuration.token);
			const wanted = encoderConfigurationIn(Configuration, current);
			await asFaults(camera.setVideoEncoderConfiguration(wanted));
			return {};
		},
	};

export const AddVideoEncoderConfiguration: MediaOperation<"AddVideoEncoderConfiguration"> =
	kind.add;

export const RemoveVideoEncoderConfiguration: MediaOperation<"RemoveVideoEncoderConfiguration"> =
	kind.remove;
