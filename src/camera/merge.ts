import { isDeepStrictEqual as equal } from "node:util";
import { type ProfilePart, profileParts } from "./profiles.ts";
import type { CameraState } from "./state.ts";
import type { StoredCamera } from "./stored.ts";
import type { Profile, Token } from "./types.ts";

interface Named {
	readonly token: Token;
}

/**
 * The state to start with. Three-way, key by key: what the owner has changed in the configuration
 * since the file was written wins; everything else stays as clients left it. A ready profile that
 * left the configuration goes with its encoder configuration; profiles that clients created stay,
 * without whatever configuration is gone.
 */
export function mergeStored(
	configured: CameraState,
	stored: StoredCamera,
): CameraState {
	const { configured: base, current } = stored;
	const merge = <T extends Named>(list: (state: CameraState) => readonly T[]) =>
		mergeLists(list(configured), list(base), list(current));
	const encoders = merge((state) => state.videoEncoderConfigurations);
	const sources = merge((state) => state.videoSourceConfigurations);
	const audioSources = merge((state) => state.audioSourceConfigurations);
	const audioEncoders = merge((state) => state.audioEncoderConfigurations);
	const audioOutputs = merge((state) => state.audioOutputConfigurations);
	const audioDecoders = merge((state) => state.audioDecoderConfigurations);
	const ready = mergeLists(
		configured.profiles,
		base.profiles,
		current.profiles.filter((profile) => profile.fixed),
	);
	const created = current.profiles.filter(
		(profile) =>
			!profile.fixed && !ready.some(({ token }) => token === profile.token),
	);
	const mergeKey = <K extends keyof CameraState>(key: K): CameraState[K] =>
		equal(configured[key], base[key]) ? current[key] : configured[key];
	const merged: CameraState = {
		revision: current.revision,
		discoveryMode: mergeKey("discoveryMode"),
		configurableScopes: mergeKey("configurableScopes"),
		profiles: [...ready, ...created].map((profile) =>
			complete(profile, {
				videoSourceConfiguration: sources,
				videoEncoderConfiguration: encoders,
				audioSourceConfiguration: audioSources,
				audioEncoderConfiguration: audioEncoders,
				audioOutputConfiguration: audioOutputs,
				audioDecoderConfiguration: audioDecoders,
			}),
		),
		videoSourceConfigurations: sources,
		videoEncoderConfigurations: encoders,
		audioSourceConfigurations: audioSources,
		audioEncoderConfigurations: audioEncoders,
		audioOutputConfigurations: audioOutputs,
		audioDecoderConfigurations: audioDecoders,
	};
	return equal(merged, current)
		? current
		: { ...merged, revision: current.revision + 1 };
}

/** A profile without the references that lead nowhere. */
function complete(
	{ token, name, fixed, ...parts }: Profile,
	there: Readonly<Record<ProfilePart, readonly Named[]>>,
): Profile {
	const kept: Partial<Record<ProfilePart, Token>> = {};
	for (const part of profileParts) {
		const referred = parts[part];
		if (referred !== undefined && byToken(there[part]).has(referred))
			kept[part] = referred;
	}
	return { token, name, fixed, ...kept };
}

/** Those of `ours`, in its order, each with the changes that `theirs` made to keys that are as they were in `base`. */
function mergeLists<T extends Named>(
	ours: readonly T[],
	base: readonly T[],
	theirs: readonly T[],
): readonly T[] {
	const bases = byToken(base);
	const changed = byToken(theirs);
	return ours.map((our) => {
		const before = bases.get(our.token);
		const their = changed.get(our.token);
		return before === undefined || their === undefined
			? our
			: mergeKeys(our, before, their);
	});
}

function mergeKeys<T extends object>(our: T, before: T, their: T): T {
	const edited = Object.entries(our).filter(
		([key, value]) => !equal(value, propertyOf(before, key)),
	);
	const takenOut = Object.keys(before).filter((key) => !(key in our));
	const merged = Object.assign({ ...their }, Object.fromEntries(edited));
	for (const key of takenOut) Reflect.deleteProperty(merged, key);
	return merged;
}

function propertyOf(object: object, key: string): unknown {
	return new Map<string, unknown>(Object.entries(object)).get(key);
}

function byToken<T extends Named>(list: readonly T[]): ReadonlyMap<Token, T> {
	return new Map(list.map((item) => [item.token, item]));
}
