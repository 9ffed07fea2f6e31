import type { Camera } from "../../camera/camera.ts";
import type { Profile, Token } from "../../camera/types.ts";
import { incompleteConfiguration, noConfig, noProfile } from "../faults.ts";

/** Throws ter:NoProfile. */
export function findProfile(camera: Camera, token: Token): Profile {
	const profile = camera.profile(token);
	if (profile === undefined) throw noProfile(token);
	return profile;
}

/** Throws ter:NoProfile, and ter:IncompleteConfiguration when there is nothing to watch in it. */
export function findWatchableProfile(camera: Camera, token: Token): Profile {
	const profile = findProfile(camera, token);
	if (
		profile.videoSourceConfiguration === undefined ||
		profile.videoEncoderConfiguration === undefined
	) {
		throw incompleteConfiguration(token);
	}
	return profile;
}

/** Throws ter:NoConfig. */
export function findConfiguration<T extends { readonly token: Token }>(
	configurations: readonly T[],
	token: Token,
): T {
	const configuration = configurations.find((one) => one.token === token);
	if (configuration === undefined) throw noConfig(token);
	return configuration;
}
