import type { MediaOperation } from "../context.ts";
import { findConfiguration } from "./find.ts";

/** Every encoder configuration can run at the same time as all others, in any encoding that is offered (MEDIA-2-1-7). */
export const GetGuaranteedNumberOfVideoEncoderInstances: MediaOperation<"GetGuaranteedNumberOfVideoEncoderInstances"> =
	{
		access: "READ_MEDIA",
		run({ ConfigurationToken }, { camera }) {
			findConfiguration(camera.videoSourceConfigurations, ConfigurationToken);
			const { encodings } = camera.encoderOptions.of();
			const total = camera.videoEncoderConfigurations.length;
			return {
				TotalNumber: total,
				JPEG: encodings.includes("JPEG") ? total : 0,
				H264: encodings.includes("H264") ? total : 0,
				MPEG4: 0,
			};
		},
	};
