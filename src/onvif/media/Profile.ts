import { asFaults } from "../camera-faults.ts";
import type { MediaOperation } from "../context.ts";
import { findProfile } from "./find.ts";
import { profileOut } from "./types-out.ts";

export const GetProfiles: MediaOperation<"GetProfiles"> = {
	access: "READ_MEDIA",
	run: (_request, { camera }) => ({
		Profiles: camera.profiles.map((profile) => profileOut(camera, profile)),
	}),
	revision: ({ camera }) => camera.revision,
};

export const GetProfile: MediaOperation<"GetProfile"> = {
	access: "READ_MEDIA",
	run: ({ ProfileToken }, { camera }) => ({
		Profile: profileOut(camera, findProfile(camera, ProfileToken)),
	}),
};

/** Synology tries this, and DeleteProfile, before it takes a camera. */
export const CreateProfile: MediaOperation<"CreateProfile"> = {
	access: "ACTUATE",
	async run({ Name, Token }, { camera }) {
		const profile = await asFaults(camera.createProfile(Name, Token));
		return { Profile: profileOut(camera, profile) };
	},
};

export const DeleteProfile: MediaOperation<"DeleteProfile"> = {
	access: "ACTUATE",
	async run({ ProfileToken }, { camera }) {
		await asFaults(camera.deleteProfile(ProfileToken));
		return {};
	},
};
