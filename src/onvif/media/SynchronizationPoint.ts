import type { MediaOperation } from "../context.ts";
import { findProfile } from "./find.ts";

/** A key frame as soon as the encoder gives one; a profile that nobody watches begins with one anyway. */
export const SetSynchronizationPoint: MediaOperation<"SetSynchronizationPoint"> =
	{
		access: "ACTUATE",
		run({ ProfileToken }, context) {
			const { token } = findProfile(context.camera, ProfileToken);
			context.requestKeyFrame(token);
			return {};
		},
	};
