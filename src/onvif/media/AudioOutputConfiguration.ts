import { outputLevels } from "../../camera/audio-output.ts";
import { asFaults } from "../camera-faults.ts";
import type { MediaOperation } from "../context.ts";
import { configModify } from "../faults.ts";
import { audioOutputConfigurationOut } from "./audio-output-out.ts";
import { findProfile } from "./find.ts";
import {
	findAudioOutputConfiguration,
	requireAudioOutput,
} from "./find-audio-output.ts";
import { rangeOut } from "./types-out.ts";

const part = "audioOutputConfiguration";

export const GetAudioOutputConfigurations: MediaOperation<"GetAudioOutputConfigurations"> =
	{
		access: "READ_MEDIA",
		run(_request, { camera }) {
			requireAudioOutput(camera);
			return {
				Configurations: camera.audioOutputs.configurations.map((c) =>
					audioOutputConfigurationOut(camera, c),
				),
			};
		},
	};

export const GetAudioOutputConfiguration: MediaOperation<"GetAudioOutputConfiguration"> =
	{
		access: "READ_MEDIA",
		run({ ConfigurationToken }, { camera }) {
			requireAudioOutput(camera);
			return {
				Configuration: audioOutputConfigurationOut(
					camera,
					findAudioOutputConfiguration(camera, ConfigurationToken),
				),
			};
		},
	};

/** With one loudspeaker, every configuration goes with every profile. */
export const GetCompatibleAudioOutputConfigurations: MediaOperation<"GetCompatibleAudioOutputConfigurations"> =
	{
		access: "READ_MEDIA",
		run({ ProfileToken }, { camera }) {
			requireAudioOutput(camera);
			findProfile(camera, ProfileToken);
			return {
				Configurations: camera.audioOutputs.configurations.map((c) =>
					audioOutputConfigurationOut(camera, c),
				),
			};
		},
	};

/** Sound goes both ways at once: there is no SendPrimacy to choose. */
export const GetAudioOutputConfigurationOptions: MediaOperation<"GetAudioOutputConfigurationOptions"> =
	{
		access: "READ_MEDIA",
		run({ ConfigurationToken, ProfileToken }, { camera }) {
			const { token } = requireAudioOutput(camera);
			if (ProfileToken !== undefined) findProfile(camera, ProfileToken);
			if (ConfigurationToken !== undefined)
				findAudioOutputConfiguration(camera, ConfigurationToken);
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
			findAudioOutputConfiguration(camera, token);
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
	{
		access: "ACTUATE",
		async run({ ProfileToken, ConfigurationToken }, { camera }) {
			requireAudioOutput(camera);
			await asFaults(
				camera.addToProfile(ProfileToken, part, ConfigurationToken),
			);
			return {};
		},
	};

export const RemoveAudioOutputConfiguration: MediaOperation<"RemoveAudioOutputConfiguration"> =
	{
		access: "ACTUATE",
		async run({ ProfileToken }, { camera }) {
			requireAudioOutput(camera);
			await asFaults(camera.removeFromProfile(ProfileToken, part));
			return {};
		},
	};
