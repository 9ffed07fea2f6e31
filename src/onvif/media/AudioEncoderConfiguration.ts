import { asFaults } from "../camera-faults.ts";
import type { MediaOperation } from "../context.ts";
import { audioEncoderConfigurationIn } from "./audio-in.ts";
import {
	audioEncoderConfigurationOut,
	audioEncoderOptionsOut,
} from "./audio-out.ts";
import { findProfile } from "./find.ts";
import { findAudioEncoderConfiguration, requireAudio } from "./find-audio.ts";

const part = "audioEncoderConfiguration";

export const GetAudioEncoderConfigurations: MediaOperation<"GetAudioEncoderConfigurations"> =
	{
		access: "READ_MEDIA",
		run(_request, { camera }) {
			requireAudio(camera);
			return {
				Configurations: camera.audioEncoderConfigurations.map((c) =>
					audioEncoderConfigurationOut(camera, c),
				),
			};
		},
	};

export const GetAudioEncoderConfiguration: MediaOperation<"GetAudioEncoderConfiguration"> =
	{
		access: "READ_MEDIA",
		run({ ConfigurationToken }, { camera }) {
			requireAudio(camera);
			return {
				Configuration: audioEncoderConfigurationOut(
					camera,
					findAudioEncoderConfiguration(camera, ConfigurationToken),
				),
			};
		},
	};

/** Every encoder takes the one microphone's sound. */
export const GetCompatibleAudioEncoderConfigurations: MediaOperation<"GetCompatibleAudioEncoderConfigurations"> =
	{
		access: "READ_MEDIA",
		run({ ProfileToken }, { camera }) {
			requireAudio(camera);
			findProfile(camera, ProfileToken);
			return {
				Configurations: camera.audioEncoderConfigurations.map((c) =>
					audioEncoderConfigurationOut(camera, c),
				),
			};
		},
	};

/** The same for every configuration and profile. */
export const GetAudioEncoderConfigurationOptions: MediaOperation<"GetAudioEncoderConfigurationOptions"> =
	{
		access: "READ_MEDIA",
		run({ ConfigurationToken, ProfileToken }, { camera }) {
			requireAudio(camera);
			if (ProfileToken !== undefined) findProfile(camera, ProfileToken);
			if (ConfigurationToken !== undefined)
				findAudioEncoderConfiguration(camera, ConfigurationToken);
			return { Options: audioEncoderOptionsOut(camera.audioEncoderOptions) };
		},
	};

/** ForcePersistence is obsolete and always taken for true (Media spec). */
export const SetAudioEncoderConfiguration: MediaOperation<"SetAudioEncoderConfiguration"> =
	{
		access: "ACTUATE",
		async run({ Configuration }, { camera }) {
			requireAudio(camera);
			const current = findAudioEncoderConfiguration(
				camera,
				Configuration.token,
			);
			const wanted = audioEncoderConfigurationIn(Configuration, current);
			await asFaults(camera.setAudioEncoderConfiguration(wanted));
			return {};
		},
	};

export const AddAudioEncoderConfiguration: MediaOperation<"AddAudioEncoderConfiguration"> =
	{
		access: "ACTUATE",
		async run({ ProfileToken, ConfigurationToken }, { camera }) {
			requireAudio(camera);
			await asFaults(
				camera.addToProfile(ProfileToken, part, ConfigurationToken),
			);
			return {};
		},
	};

export const RemoveAudioEncoderConfiguration: MediaOperation<"RemoveAudioEncoderConfiguration"> =
	{
		access: "ACTUATE",
		async run({ ProfileToken }, { camera }) {
			requireAudio(camera);
			await asFaults(camera.removeFromProfile(ProfileToken, part));
			return {};
		},
	};
