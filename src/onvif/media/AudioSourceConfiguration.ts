import { asFaults } from "../camera-faults.ts";
import type { MediaOperation } from "../context.ts";
import { audioSourceConfigurationOut } from "./audio-out.ts";
import { findProfile } from "./find.ts";
import { findAudioSourceConfiguration, requireAudio } from "./find-audio.ts";

const part = "audioSourceConfiguration";

export const GetAudioSourceConfigurations: MediaOperation<"GetAudioSourceConfigurations"> =
	{
		access: "READ_MEDIA",
		run(_request, { camera }) {
			requireAudio(camera);
			return {
				Configurations: camera.audioSourceConfigurations.map((c) =>
					audioSourceConfigurationOut(camera, c),
				),
			};
		},
	};

export const GetAudioSourceConfiguration: MediaOperation<"GetAudioSourceConfiguration"> =
	{
		access: "READ_MEDIA",
		run({ ConfigurationToken }, { camera }) {
			requireAudio(camera);
			return {
				Configuration: audioSourceConfigurationOut(
					camera,
					findAudioSourceConfiguration(camera, ConfigurationToken),
				),
			};
		},
	};

/** With one microphone, every configuration goes with every profile. */
export const GetCompatibleAudioSourceConfigurations: MediaOperation<"GetCompatibleAudioSourceConfigurations"> =
	{
		access: "READ_MEDIA",
		run({ ProfileToken }, { camera }) {
			requireAudio(camera);
			findProfile(camera, ProfileToken);
			return {
				Configurations: camera.audioSourceConfigurations.map((c) =>
					audioSourceConfigurationOut(camera, c),
				),
			};
		},
	};

export const GetAudioSourceConfigurationOptions: MediaOperation<"GetAudioSourceConfigurationOptions"> =
	{
		access: "READ_MEDIA",
		run({ ConfigurationToken, ProfileToken }, { camera }) {
			const { token } = requireAudio(camera);
			if (ProfileToken !== undefined) findProfile(camera, ProfileToken);
			if (ConfigurationToken !== undefined)
				findAudioSourceConfiguration(camera, ConfigurationToken);
			return { Options: { InputTokensAvailable: [token] } };
		},
	};

/** UseCount is not the client's to set (MEDIA-3-2-16). */
export const SetAudioSourceConfiguration: MediaOperation<"SetAudioSourceConfiguration"> =
	{
		access: "ACTUATE",
		async run({ Configuration }, { camera }) {
			requireAudio(camera);
			const { token, Name: name, SourceToken: sourceToken } = Configuration;
			await asFaults(
				camera.setAudioSourceConfiguration({ token, name, sourceToken }),
			);
			return {};
		},
	};

export const AddAudioSourceConfiguration: MediaOperation<"AddAudioSourceConfiguration"> =
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

export const RemoveAudioSourceConfiguration: MediaOperation<"RemoveAudioSourceConfiguration"> =
	{
		access: "ACTUATE",
		async run({ ProfileToken }, { camera }) {
			requireAudio(camera);
			await asFaults(camera.removeFromProfile(ProfileToken, part));
			return {};
		},
	};
