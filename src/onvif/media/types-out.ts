import type { Camera } from "../../camera/camera.ts";
import type { EncoderOptions, Resolution } from "../../camera/options.ts";
import type { Range } from "../../camera/settings.ts";
import type {
	Profile,
	VideoEncoderConfiguration,
	VideoEncoding,
	VideoSourceConfiguration,
} from "../../camera/types.ts";
import type * as tt from "../../soap/schema/generated/tt.ts";
import { formatDuration } from "../../soap/time.ts";
import { audioPartsOut } from "./audio-out.ts";
import { audioOutputPartsOut } from "./audio-output-out.ts";
import { multicastOut } from "./multicast-out.ts";

// The camera model in the words of ONVIF's schema (ver10/schema/onvif.xsd).

/** Clients crash on profiles without Bounds, Resolution, RateControl, Multicast or SessionTimeout: all are always there. */
export function profileOut(camera: Camera, profile: Profile): tt.Profile {
	const source = camera.videoSourceConfiguration(
		profile.videoSourceConfiguration,
	);
	const encoder = camera.videoEncoderConfiguration(
		profile.videoEncoderConfiguration,
	);
	return {
		token: profile.token,
		fixed: profile.fixed,
		Name: profile.name,
		...(source && {
			VideoSourceConfiguration: sourceConfigurationOut(camera, source),
		}),
		...(encoder && {
			VideoEncoderConfiguration: encoderConfigurationOut(camera, encoder),
		}),
		...audioPartsOut(camera, profile),
		...audioOutputPartsOut(camera, profile),
	};
}

export function sourceConfigurationOut(
	camera: Camera,
	configuration: VideoSourceConfiguration,
): tt.VideoSourceConfiguration {
	const { token, name, sourceToken, bounds } = configuration;
	return {
		token,
		Name: name,
		UseCount: camera.useCount("videoSourceConfiguration", token),
		SourceToken: sourceToken,
		Bounds: bounds,
	};
}

export function encoderConfigurationOut(
	camera: Camera,
	c: VideoEncoderConfiguration,
): tt.VideoEncoderConfiguration {
	return {
		token: c.token,
		Name: c.name,
		UseCount: camera.useCount("videoEncoderConfiguration", c.token),
		Encoding: c.encoding,
		Resolution: resolutionOut(c),
		Quality: c.quality,
		RateControl: {
			FrameRateLimit: Math.round(c.frameRate),
			EncodingInterval: c.encodingInterval,
			BitrateLimit: c.bitrateKbit,
		},
		...(c.encoding === "H264" && {
			H264: { GovLength: c.govLength, H264Profile: c.h264Profile },
		}),
		Multicast: multicastOut(c.multicast),
		SessionTimeout: formatDuration(c.sessionTimeout * 1000),
	};
}

/** BitrateRange came later than the rest and stands in the Extension, beside all of it once more. */
export function encoderOptionsOut(
	options: EncoderOptions,
): tt.VideoEncoderConfigurationOptions {
	const rates = {
		FrameRateRange: rangeOut(options.frameRate),
		EncodingIntervalRange: rangeOut(options.encodingInterval),
	};
	const sizes = (encoding: VideoEncoding) =>
		options.resolutions.get(encoding)?.map(resolutionOut) ?? [];
	const jpeg = options.encodings.includes("JPEG") && {
		JPEG: { ResolutionsAvailable: sizes("JPEG"), ...rates },
	};
	const h264 = options.encodings.includes("H264") && {
		H264: {
			ResolutionsAvailable: sizes("H264"),
			GovLengthRange: rangeOut(options.govLength),
			...rates,
			H264ProfilesSupported: options.h264Profiles,
		},
	};
	const BitrateRange = rangeOut(options.bitrateKbit);
	return {
		QualityRange: rangeOut(options.quality),
		...jpeg,
		...h264,
		Extension: {
			...(jpeg && { JPEG: { ...jpeg.JPEG, BitrateRange } }),
			...(h264 && { H264: { ...h264.H264, BitrateRange } }),
		},
	};
}

export function rangeOut({ min, max }: Range): tt.IntRange {
	return { Min: min, Max: max };
}

export function resolutionOut({
	width,
	height,
}: Resolution): tt.VideoResolution {
	return { Width: width, Height: height };
}
