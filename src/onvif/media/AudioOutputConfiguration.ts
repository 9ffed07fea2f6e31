import { outputLevels } from "../../camera/audio-output.ts";
import { asFaults } from "../camera-faults.ts";
import type { MediaOperation } from "../context.ts";
import { configModify } from "../faults.ts";
import { audioOutputConfigurationOut } from "./audio-output-out.ts";
import { configurationKind } from "./configuration-kind.ts";
import { requireAudioOutput } from "./find-audio-output.ts";
import { rangeOut } from "./types-out.ts";

const kind = configurationKind({
	part: "audioOutputConfiguration",
	require: requireAudioOutput,
	of: (camera) => camera.audioOutputs.configurations,
	out: audioOutputConfigurationOut,
});

export const GetAudioOutputConfigurations: MediaOperation<"GetAudioOutputConfigurations"> =
	kind.getAll;

export const GetAudioOutputConfiguration: MediaOperation<"GetAudioOutputConfiguration"> =
	kind.get;

export const GetCompatibleAudioOutputConfigurations: MediaOperation<"GetCompatibleAudioOutputConfigurations"> =
	kind.getCompatible;

/** Sound goes both ways at once: there is no SendPrimacy to choose. */
export const GetAudioOutputConfigurationOptions: MediaOperation<"GetAudioOutputConfigurationOptions"> =
	{
		access: "READ_MEDIA",
		run(request, { camera }) {
			const { token } = requireAudioOutput(camera);
			kind.check(camera, request);
			return {
				Options: {
					OutputTokensAvailable: [token],
					OutputLevelRange: rangeOut(outputLevels),
				},
			};
		},
	};

/** What half-duplex devices are switched by (Media spec, "Audio channel modes"): all of it is always allowed here. */
const primacies: ReadonlySet<string> = new Set([
	"www.onvif.org/ver20/HalfDuplex/Server",
	"www.onvif.org/ver20/HalfDuplex/Client",
	"www.onvif.org/ver20/HalfDuplex/Auto",
]);

export const SetAudioOutputConfiguration: MediaOperation<"SetAudioOutputConfiguration"> =
	{
		access: "ACTUATE",
		async run({ Configuration }, { camera }) {
			requireAudioOutput(camera);
			const { token, Name, OutputToken, OutputLevel, SendPrimacy } =
				Configuration;
			kind.find(camera, token);
			// ONVIF's test tool sets one before it talks (RTSS-6-1-1).
			if (SendPrimacy !== undefined && !primacies.has(SendPrimacy))
				throw configModify("there is no such SendPrimacy");
			await asFaults(
				camera.audioOutputs.setConfiguration({
					token,
					name: Name,
					outputToken: OutputToken,
					outputLevel: OutputLevel,
				}),
			);
			return {};
		},
	};

export const AddAudioOutputConfiguration: MediaOperation<"AddAudioOutputConfiguration"> =
	kind.add;

export const RemoveAudioOutputConfiguration: MediaOperation<"RemoveAudioOutputConfiguration"> =
	kind.remove;
