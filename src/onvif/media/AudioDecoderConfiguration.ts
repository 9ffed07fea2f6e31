import { asFaults } from "../camera-faults.ts";
import type { MediaOperation } from "../context.ts";
import { audioDecoderConfigurationOut } from "./audio-output-out.ts";
import { configurationKind } from "./configuration-kind.ts";
import { requireAudioDecoding } from "./find-audio-output.ts";

const kind = configurationKind({
	part: "audioDecoderConfiguration",
	require: requireAudioDecoding,
	of: (camera) => camera.audioOutputs.decoders,
	out: audioDecoderConfigurationOut,
});

export const GetAudioDecoderConfigurations: MediaOperation<"GetAudioDecoderConfigurations"> =
	kind.getAll;

export const GetAudioDecoderConfiguration: MediaOperation<"GetAudioDecoderConfiguration"> =
	kind.get;

export const GetCompatibleAudioDecoderConfigurations: MediaOperation<"GetCompatibleAudioDecoderConfigurations"> =
	kind.getCompatible;

/** In kbit/s and kHz, as the encoders' are. */
export const GetAudioDecoderConfigurationOptions: MediaOperation<"GetAudioDecoderConfigurationOptions"> =
	{
		access: "READ_MEDIA",
		run(request, { camera }) {
			kind.check(camera, request);
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
	kind.add;

export const RemoveAudioDecoderConfiguration: MediaOperation<"RemoveAudioDecoderConfiguration"> =
	kind.remove;
