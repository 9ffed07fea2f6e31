import type { Camera } from "../../camera/camera.ts";
import type { ProfilePart } from "../../camera/profiles.ts";
import type { Token } from "../../camera/types.ts";
import { asFaults } from "../camera-faults.ts";
import type { Context } from "../context.ts";
import { findConfiguration, findProfile } from "./find.ts";

export interface ConfigurationKindOptions<
	Configuration extends { readonly token: Token },
	Out,
> {
	/** Where profiles refer to it. */
	readonly part: ProfilePart;
	/** Throws the fault of a camera that has none of the kind. */
	readonly require?: (camera: Camera) => unknown;
	readonly of: (camera: Camera) => readonly Configuration[];
	readonly out: (camera: Camera, configuration: Configuration) => Out;
}

interface OfConfiguration {
	readonly ConfigurationToken: Token;
}
interface OfProfile {
	readonly ProfileToken: Token;
}

/** What is the same for every kind of configuration (Media spec): five operations, and how one is found. */
export function configurationKind<
	Configuration extends { readonly token: Token },
	Out,
>({
	part,
	require = () => {},
	of,
	out,
}: ConfigurationKindOptions<Configuration, Out>) {
	const all = (camera: Camera) => ({
		Configurations: of(camera).map((one) => out(camera, one)),
	});
	/** Throws ter:NoConfig. */
	const find = (camera: Camera, token: Token) =>
		findConfiguration(of(camera), token);
	return {
		find,
		/** Throws for what an options request names and is not there. */
		check(
			camera: Camera,
			{
				ConfigurationToken,
				ProfileToken,
			}: Partial<OfConfiguration & OfProfile>,
		): void {
			require(camera);
			if (ProfileToken !== undefined) findProfile(camera, ProfileToken);
			if (ConfigurationToken !== undefined) find(camera, ConfigurationToken);
		},
		getAll: {
			access: "READ_MEDIA",
			run(_request: unknown, { camera }: Context) {
				require(camera);
				return all(camera);
			},
		},
		get: {
			access: "READ_MEDIA",
			run({ ConfigurationToken }: OfConfiguration, { camera }: Context) {
				require(camera);
				return {
					Configuration: out(camera, find(camera, ConfigurationToken)),
				};
			},
		},
		/** With one source, microphone and loudspeaker, every configuration goes with every profile. */
		getCompatible: {
			access: "READ_MEDIA",
			run({ ProfileToken }: OfProfile, { camera }: Context) {
				require(camera);
				findProfile(camera, ProfileToken);
				return all(camera);
			},
		},
		add: {
			access: "ACTUATE",
			async run(
				{ ProfileToken, ConfigurationToken }: OfConfiguration & OfProfile,
				{ camera }: Context,
			) {
				require(camera);
				await asFaults(
					camera.addToProfile(ProfileToken, part, ConfigurationToken),
				);
				return {};
			},
		},
		remove: {
			access: "ACTUATE",
			async run({ ProfileToken }: OfProfile, { camera }: Context) {
				require(camera);
				await asFaults(camera.removeFromProfile(ProfileToken, part));
				return {};
			},
		},
	} as const;
}
