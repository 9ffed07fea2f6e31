import type { Camera } from "../../camera/camera.ts";
import type {
	AudioDecoderConfiguration,
	AudioOutputConfiguration,
	Profile,
} from "../../camera/types.ts";
import type * as tt from "../../soap/schema/generated/tt.ts";

/** What can be said through a profile: it came later than the rest, and stands in the Extension. */
export function audioOutputPartsOut(
	camera: Camera,
	profile: Profile,
): Pick<tt.Profile, "Extension"> {
	const { audioOutputs } = camera;
	const output = audioOutputs.configuration(profile.audioOutputConfiguration);
	const decoder = audioOutputs.decoder(profile.audioDecoderConfiguration);
	if (output === undefined && decoder === undefined) return {};
	return {
		Extension: {
			...(output && {
				AudioOutputConfiguration: audioOutputConfigurationOut(camera, output),
			}),
			...(decoder && {
				AudioDecoderConfiguration: audioDecoderConfigurationOut(
					camera,
					decoder,
				),
			}),
		},
	};
}

export function audioOutputConfigurationOut(
	camera: Camera,
	{ token, name, outputToken, outputLevel }: AudioOutputConfiguration,
): tt.AudioOutputConfiguration {
	return {
		token,
		Name: name,
		UseCount: camera.useCount("audioOutputConfiguration", token),
		OutputToken: outputToken,
		OutputLevel: outputLevel,
	};
}

export function audioDecoderConfigurationOut(
	camera: Camera,
	{ token, name }: AudioDecoderConfiguration,
): tt.AudioDecoderConfiguration {
	return {
		token,
		Name: name,
		UseCount: camera.useCount("audioDecoderConfiguration", token),
	};
}
