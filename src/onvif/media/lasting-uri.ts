import type { MediaUri } from "../../soap/schema/generated/tt.ts";

/** Our addresses stay valid, whatever becomes of the profile (Media spec, GetStreamUri and GetSnapshotUri). */
export function lastingUri(uri: string): MediaUri {
	return {
		Uri: uri,
		InvalidAfterConnect: false,
		InvalidAfterReboot: false,
		Timeout: "PT0S",
	};
}
