import { refused } from "./errors.ts";
import { checkMulticast } from "./multicast.ts";
import type { EncoderOptions } from "./options.ts";
import type { Range } from "./settings.ts";
import type { VideoEncoderConfiguration } from "./types.ts";

/**
 * A wanted configuration as it can be had. Quality and rate control are brought into range, as the
 * Media spec allows (and for the bit rate demands); anything else out of range is refused
 * (SetVideoEncoderConfiguration, ter:ConfigModify).
 */
export function adaptEncoder(
	wanted: VideoEncoderConfiguration,
	options: EncoderOptions,
): VideoEncoderConfiguration {
	checkEncoder(wanted, options);
	checkMulticast(wanted.multicast, options.multicast);
	return {
		...wanted,
		quality: clamp(wanted.quality, options.quality),
		frameRate: clamp(wanted.frameRate, options.frameRate),
		encodingInterval: clamp(wanted.encodingInterval, options.encodingInterval),
		bitrateKbit: clamp(wanted.bitrateKbit, options.bitrateKbit),
		// Clients write back what other cameras gave them, such as PT0S: no reason to refuse the rest.
		sessionTimeout: clamp(wanted.sessionTimeout, options.sessionTimeout),
	};
}

function checkEncoder(
	wanted: VideoEncoderConfiguration,
	options: EncoderOptions,
): void {
	const resolutions = options.resolutions.get(wanted.encoding);
	if (resolutions === undefined) {
		throw refused(`encoding ${wanted.encoding} is not offered`);
	}
	const { width, height } = wanted;
	if (!resolutions.some((r) => r.width === width && r.height === height)) {
		throw refused(
			`resolution ${width}x${height} is not offered in ${wanted.encoding}`,
		);
	}
	const { min, max } = options.govLength;
	if (wanted.govLength < min || wanted.govLength > max) {
		throw refused(`GovLength ${wanted.govLength} is not within ${min}-${max}`);
	}
	if (
		wanted.encoding === "H264" &&
		!options.h264Profiles.includes(wanted.h264Profile)
	) {
		throw refused(`H264Profile ${wanted.h264Profile} is not offered`);
	}
}

export function clamp(value: number, range: Range): number {
	return Math.min(range.max, Math.max(range.min, value));
}
