import { Fault } from "../soap/fault.ts";
import {
	actionFailed,
	actionNotSupported,
	invalidArgVal,
	operationProhibited,
} from "../soap/faults.ts";

// The faults that single operations prescribe, by the spec's names for them (Core and Media spec).

export const noProfile = (token: string): Fault =>
	invalidArgVal(`there is no profile ${token}`, "ter:NoProfile");

export const noConfig = (token: string): Fault =>
	invalidArgVal(`there is no configuration ${token}`, "ter:NoConfig");

export const profileExists = (detail: string): Fault =>
	invalidArgVal(detail, "ter:ProfileExists");

export const maxNVTProfiles = (detail: string): Fault =>
	actionFailed(detail, "ter:MaxNVTProfiles");

export const configModify = (detail: string): Fault =>
	invalidArgVal(detail, "ter:ConfigModify");

export const invalidStreamSetup = (detail: string): Fault =>
	invalidArgVal(detail, "ter:InvalidStreamSetup");

export const incompleteConfiguration = (token: string): Fault =>
	actionFailed(
		`profile ${token} lacks a video source or encoder configuration`,
		"ter:IncompleteConfiguration",
	);

export const tooManyScopes = (detail: string): Fault =>
	actionFailed(detail, "ter:TooManyScopes");

export const fixedScope = (detail: string): Fault =>
	operationProhibited(detail, "ter:FixedScope");

export const noScope = (detail: string): Fault =>
	invalidArgVal(detail, "ter:NoScope");

export const noSuchService = (category: string): Fault =>
	actionNotSupported(`the ${category} service`, "ter:NoSuchService");

export const audioNotSupported = (what: string): Fault =>
	actionNotSupported(what, "ter:AudioNotSupported");

export const audioOutputNotSupported = (what: string): Fault =>
	actionNotSupported(what, "ter:AudioOutputNotSupported");

export const audioDecodingNotSupported = (what: string): Fault =>
	actionNotSupported(what, "ter:AudioDecodingNotSupported");

export const fixedUser = (detail: string): Fault =>
	invalidArgVal(detail, "ter:FixedUser");

export const usernameMissing = (detail: string): Fault =>
	invalidArgVal(detail, "ter:UsernameMissing");

export const tooManyUsers = (detail: string): Fault =>
	actionFailed(detail, "ter:TooManyUsers");

/** The one prescribed fault of a Sender with ter:Action. */
export const deletionOfFixedProfile = (detail: string): Fault =>
	new Fault(
		"Sender",
		["ter:Action", "ter:DeletionOfFixedProfile"],
		`Action Failed: ${detail}`,
	);

/** Faults of CreateUsers and SetUser that keep somebody from becoming a user, such as ter:UsernameClash. */
export const userProhibited = (
	problem:
		| "UsernameClash"
		| "UsernameTooLong"
		| "UsernameTooShort"
		| "Password"
		| "PasswordTooWeak"
		| "PasswordTooLong"
		| "AnonymousNotAllowed",
	detail: string,
): Fault => operationProhibited(detail, `ter:${problem}`);
