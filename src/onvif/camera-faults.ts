import { CameraError } from "../camera/errors.ts";
import type { Fault } from "../soap/fault.ts";
import { internalError, invalidArgVal } from "../soap/faults.ts";
import {
	configModify,
	deletionOfFixedProfile,
	fixedScope,
	maxNVTProfiles,
	noScope,
	profileExists,
	tooManyScopes,
} from "./faults.ts";

/** The outcome of a change of the camera model, its refusals told as the spec's faults. */
export async function asFaults<T>(change: Promise<T>): Promise<T> {
	try {
		return await change;
	} catch (error) {
		throw error instanceof CameraError ? faultOf(error) : error;
	}
}

function faultOf(error: CameraError): Fault {
	const { code, message } = error;
	switch (code) {
		case "NoProfile":
			return invalidArgVal(message, "ter:NoProfile");
		case "NoConfig":
			return invalidArgVal(message, "ter:NoConfig");
		case "ProfileExists":
			return profileExists(message);
		case "MaxNVTProfiles":
			return maxNVTProfiles(message);
		case "DeletionOfFixedProfile":
			return deletionOfFixedProfile(message);
		case "ConfigModify":
			return configModify(message);
		case "TooManyScopes":
			return tooManyScopes(message);
		case "FixedScope":
			return fixedScope(message);
		case "NoScope":
			return noScope(message);
		case "InvalidValue":
			return invalidArgVal(message);
		case "NotStored":
			return internalError(error.cause);
	}
}
