import { asFaults } from "../camera-faults.ts";
import type { MediaOperation } from "../context.ts";
import { audioEncoderConfigurationIn } from "./audio-in.ts";
import {
	audioEncoderConfigurationOut,
	audioEncoderOptionsOut,
} from "./audio-out.ts";
import { configurationKind } from "./configuration-kind.ts";
import { requireAudio } from "./find-audio.ts";

const kind = configurationKind({
	part: "audioEncoderConfiguration",
	require: requireAudio,
	of: (camera) => camera.audioEncoderConfigurations,
	out: audioEncoderConfigurationOut,
});

export const GetAudioEncoderConfigurations: MediaOperation<"GetAudioEncoderConfigurations"> =
	kind.getAll;

export const GetAudioEncoderConfiguration: MediaOperation<"GetAudioEncoderConfiguration"> =
	kind.get;

export const GetCompatibleAudioEncoderConfigurations: MediaOperation<"GetCompatibleAudioEncoderConfigurations"> =
	kind.getCompatible;

/** The same for every configuration and profile. */
export const GetAudioEncoderConfigurationOptions: MediaOperation<"GetAudioEncoderConfigurationOptions"> =
	{
		access: "READ_MEDIA",
		run(request, { camera }) {
			kind.check(camera, request);
			return { Options: audioEncoderOptionsOut(camera.audioEncoderOptions) };
		},
	};

/** ForcePersistence is obsolete and always taken for true (Media spec). */
export const SetAudioEncoderConfiguration: MediaOperation<"SetAudioEncoderConfiguration"> =
	{
		access: "ACTUATE",
		async run({ Configuration }, { camera }) {
			requireAudio(camera);
			const current = kind.find(camera, Configuration.token);
			const wanted = audioEncoderConfigurationIn(Configuration, current);
			await asFaults(camera.setAudioEncoderConfiguration(wanted));
			return {};
		},
	};

export const AddAudioEncoderConfiguration: MediaOperation<"AddAudioEncoderConfiguration"> =
	kind.add;

export const RemoveAudioEncoderConfiguration: MediaOperation<"RemoveAudioEncoderConfiguration"> =
	kind.remove;
