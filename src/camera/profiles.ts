import { CameraError } from "./errors.ts";
import type { CameraState } from "./state.ts";
import type { Profile, Token } from "./types.ts";

/** What AddVideoSourceConfiguration and its like put into a profile. */
export const profileParts = [
	"videoSourceConfiguration",
	"videoEncoderConfiguration",
	"audioSourceConfiguration",
	"audioEncoderConfiguration",
	"audioOutputConfiguration",
	"audioDecoderConfiguration",
] as const;

export type ProfilePart = (typeof profileParts)[number];

/**
 * The characters that the spec promises (Media spec, CreateProfile) and underscore: they stand in
 * stream URIs as they are, and keep those under 128 octets.
 */
const clientToken = /^(?!\.+$)[A-Za-z0-9._-]{1,64}$/;

/** A new, empty profile; `token` is the client's wish. */
export function newProfile(
	state: CameraState,
	maximum: number,
	name: string,
	token: Token | undefined,
): Profile {
	if (token !== undefined) {
		if (!clientToken.test(token)) {
			throw new CameraError(
				"InvalidValue",
				"a profile token has 1 to 64 characters of A-Z a-z 0-9 . _ -",
			);
		}
		if (taken(state, token)) {
			throw new CameraError(
				"ProfileExists",
				`a profile with token ${token} exists`,
			);
		}
	}
	if (state.profiles.length >= maximum) {
		throw new CameraError(
			"MaxNVTProfiles",
			`there are at most ${maximum} profiles`,
		);
	}
	return { token: token ?? freeToken(state), name, fixed: false };
}

export function withoutProfile(
	state: CameraState,
	token: Token,
): readonly Profile[] {
	const profile = knownProfile(state, token);
	if (profile.fixed) {
		throw new CameraError(
			"DeletionOfFixedProfile",
			`profile ${token} is fixed`,
		);
	}
	return state.profiles.filter((other) => other !== profile);
}

/** The profiles with one part of one of them set, or taken out when `configuration` is undefined. */
export function withPart(
	state: CameraState,
	profileToken: Token,
	part: ProfilePart,
	configuration: Token | undefined,
): readonly Profile[] {
	const profile = knownProfile(state, profileToken);
	if (profile[part] === configuration) return state.profiles;
	const { [part]: _replaced, ...rest } = profile;
	const changed: Profile =
		configuration === undefined ? rest : { ...rest, [part]: configuration };
	return state.profiles.map((other) => (other === profile ? changed : other));
}

/** How many profiles use a configuration (`tt:ConfigurationEntity` UseCount). */
export function useCount(
	profiles: readonly Profile[],
	part: ProfilePart,
	configuration: Token,
): number {
	let count = 0;
	for (const profile of profiles) if (profile[part] === configuration) count++;
	return count;
}

function knownProfile(state: CameraState, token: Token): Profile {
	const profile = state.profiles.find((p) => p.token === token);
	if (profile === undefined) {
		throw new CameraError("NoProfile", `there is no profile ${token}`);
	}
	return profile;
}

function taken(state: CameraState, token: Token): boolean {
	return state.profiles.some((profile) => profile.token === token);
}

function freeToken(state: CameraState): Token {
	let n = 1;
	while (taken(state, `profile-${n}`)) n++;
	return `profile-${n}`;
}
