import { asFaults } from "../camera-faults.ts";
import type { MediaOperation } from "../context.ts";
import { audioSourceConfigurationOut } from "./audio-out.ts";
import { configurationKind } from "./configuration-kind.ts";
import { requireAudio } from "./find-audio.ts";

const kind = configurationKind({
	part: "audioSourceConfiguration",
	require: requireAudio,
	of: (camera) => camera.audioSourceConfigurations,
	out: audioSourceConfigurationOut,
});

export const GetAudioSourceConfigurations: MediaOperation<"GetAudioSourceConfigurations"> =
	kind.getAll;

export const GetAudioSourceConfiguration: MediaOperation<"GetAudioSourceConfiguration"> =
	kind.get;

export const GetCompatibleAudioSourceConfigurations: MediaOperation<"GetCompatibleAudioSourceConfigurations"> =
	kind.getCompatible;

export const GetAudioSourceConfigurationOptions: MediaOperation<"GetAudioSourceConfigurationOptions"> =
	{
		access: "READ_MEDIA",
		run(request, { camera }) {
			const { token } = requireAudio(camera);
			kind.check(camera, request);
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
	kind.add;

export const RemoveAudioSourceConfiguration: MediaOperation<"RemoveAudioSourceConfiguration"> =
	kind.remove;
