/** Why the model refuses a change, in the words of ONVIF's faults where there is one. */
export type CameraErrorCode =
	| "NoProfile"
	| "NoConfig"
	| "ProfileExists"
	| "MaxNVTProfiles"
	| "DeletionOfFixedProfile"
	| "ConfigModify"
	| "TooManyScopes"
	| "FixedScope"
	| "NoScope"
	| "InvalidValue"
	/** The state file could not be written; nothing was changed. */
	| "NotStored";

/** A change that the camera model refuses; the model is as it was. The message is fit for clients. */
export class CameraError extends Error {
	override readonly name = "CameraError";
	readonly code: CameraErrorCode;

	constructor(code: CameraErrorCode, message: string, cause?: unknown) {
		super(message, { cause });
		this.code = code;
	}
}

/** A configuration that cannot be had as it is wanted. */
export function refused(reason: string): CameraError {
	return new CameraError("ConfigModify", reason);
}
