import { asFaults } from "../camera-faults.ts";
import type { MediaOperation } from "../context.ts";
import { audioDecoderConfigurationOut } from "./audio-output-out.ts";
import { findProfile } from "./find.ts";
import {
	findAudioDecoderConfiguration,
	requireAudioDecoding,
} from "./find-audio-output.ts";

const part = "audioDecoderConfiguration";

export const GetAudioDecoderConfigurations: MediaOperation<"GetAudioDecoderConfigurations"> =
	{
		access: "READ_MEDIA",
		run(_request, { camera }) {
			requireAudioDecoding(camera);
			return {
				Configurations: camera.audioOutputs.decoders.map((c) =>
					audioDecoderConfigurationOut(camera, c),
				),
			};
		},
	};

export const GetAudioDecoderConfiguration: MediaOperation<"GetAudioDecoderConfiguration"> =
	{
		access: "READ_MEDIA",
		run({ ConfigurationToken }, { camera }) {
			requireAudioDecoding(camera);
			return {
				Configuration: audioDecoderConfigurationOut(
					camera,
					findAudioDecoderConfiguration(camera, ConfigurationToken),
				),
			};
		},
	};

/** Every decoder leads to the one loudspeaker. */
export const GetCompatibleAudioDecoderConfigurations: MediaOperation<"GetCompatibleAudioDecoderConfigurations"> =
	{
		access: "READ_MEDIA",
		run({ ProfileToken }, { camera }) {
			requireAudioDecoding(camera);
			findProfile(camera, ProfileToken);
			return {
				Configurations: camera.audioOutputs.decoders.map((c) =>
					audioDecoderConfigurationOut(camera, c),
				),
			};
		},
	};

/** In kbit/s and kHz, as the encoders' are. */
export const GetAudioDecoderConfigurationOptions: MediaOperation<"GetAudioDecoderConfigurationOptions"> =
	{
		access: "READ_MEDIA",
		run({ ConfigurationToken, ProfileToken }, { camera }) {
			requireAudioDecoding(camera);
			if (ProfileToken !== undefined) findProfile(camera, ProfileToken);
			if (ConfigurationToken !== undefined)
				findAudioDecoderConfiguration(camera, ConfigurationToken);
			return {
				Options: {
					G711DecOptions: {
						Bitrate: { Items: [64] },
						SampleRateRange: { Items: [8] },
					},
				},
			};
		},
	};

export const SetAudioDecoderConfiguration: MediaOperation<"SetAudioDecoderConfiguration"> =
	{
		access: "ACTUATE",
		async run({ Configuration }, { camera }) {
			requireAudioDecoding(camera);
			const { token, Name: name } = Configuration;
			await asFaults(camera.audioOutputs.setDecoder({ token, name }));
			return {};
		},
	};

export const AddAudioDecoderConfiguration: MediaOperation<"AddAudioDecoderConfiguration"> =
	{
		access: "ACTUATE",
		async run({ ProfileToken, ConfigurationToken }, { camera }) {
			requireAudioDecoding(camera);
			await asFaults(
				camera.addToProfile(ProfileToken, part, ConfigurationToken),
			);
			return {};
		},
	};

export const RemoveAudioDecoderConfiguration: MediaOperation<"RemoveAudioDecoderConfiguration"> =
	{
		access: "ACTUATE",
		async run({ ProfileToken }, { camera }) {
			requireAudioDecoding(camera);
			await asFaults(camera.removeFromProfile(ProfileToken, part));
			return {};
		},
	};
