import { asFaults } from "../camera-faults.ts";
import type { MediaOperation } from "../context.ts";
import { findWatchableProfile } from "./find.ts";

/** Goes on over restarts, until StopMulticastStreaming (Media spec). */
export const StartMulticastStreaming: MediaOperation<"StartMulticastStreaming"> =
	{
		access: "ACTUATE",
		async run({ ProfileToken }, { camera }) {
			const { token } = findWatchableProfile(camera, ProfileToken);
			await asFaults(camera.setMulticastStreaming(token, true));
			return {};
		},
	};

export const StopMulticastStreaming: MediaOperation<"StopMulticastStreaming"> =
	{
		access: "ACTUATE",
		async run({ ProfileToken }, { camera }) {
			const { token } = findWatchableProfile(camera, ProfileToken);
			await asFaults(camera.setMulticastStreaming(token, false));
			return {};
		},
	};
