import { httpUrl } from "../addresses.ts";
import type { MediaOperation } from "../context.ts";
import { findWatchableProfile } from "./find.ts";
import { lastingUri } from "./lasting-uri.ts";

export const GetSnapshotUri: MediaOperation<"GetSnapshotUri"> = {
	access: "READ_MEDIA",
	run({ ProfileToken }, context) {
		const { token } = findWatchableProfile(context.camera, ProfileToken);
		return {
			MediaUri: lastingUri(httpUrl(context, context.snapshotPath(token))),
		};
	},
};
