import { audioEncoderOf } from "./audio.ts";
import { CameraError } from "./errors.ts";
import type { CameraState } from "./state.ts";
import type { Multicast, Token } from "./types.ts";

/**
 * The configurations of a profile with sending to their groups begun or ended (Media spec, StartMulticastStreaming):
 * AutoStart is what keeps it, over restarts too.
 */
export function withMulticastStreaming(
	state: CameraState,
	profileToken: Token,
	on: boolean,
): Pick<
	CameraState,
	"videoEncoderConfigurations" | "audioEncoderConfigurations"
> {
	const profile = state.profiles.find(({ token }) => token === profileToken);
	if (profile === undefined)
		throw new CameraError("NoProfile", `there is no profile ${profileToken}`);
	const those = new Set([
		profile.videoEncoderConfiguration,
		audioEncoderOf(profile),
	]);
	const set = <T extends { token: Token; multicast: Multicast }>(one: T): T =>
		those.has(one.token)
			? { ...one, multicast: { ...one.multicast, autoStart: on } }
			: one;
	return {
		videoEncoderConfigurations: state.videoEncoderConfigurations.map(set),
		audioEncoderConfigurations: state.audioEncoderConfigurations.map(set),
	};
}
