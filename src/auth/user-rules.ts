import type { User, UserLevel } from "./types.ts";

/** What GetServiceCapabilities tells of users (Core spec 26.06, 8.1.2.3). */
export const userLimits = {
	maxUsers: 32,
	maxNameLength: 64,
	maxPasswordLength: 128,
	/**
	 * NIST SP 800-63B's least, since a digest that was overheard lets everybody guess at his own speed.
	 * ONVIF's test tool creates users with longer ones.
	 */
	minPasswordLength: 8,
} as const;

/**
 * Why a change of users was refused. All but the last three are ONVIF's subcodes
 * (Core spec 26.06, CreateUsers, DeleteUsers, SetUser) as they stand.
 */
export type UserProblem =
	| "UsernameClash"
	| "PasswordTooLong"
	| "UsernameTooLong"
	| "UsernameTooShort"
	/** CreateUsers: too weak. */
	| "Password"
	/** SetUser: too weak. */
	| "PasswordTooWeak"
	| "TooManyUsers"
	| "AnonymousNotAllowed"
	| "UsernameMissing"
	| "FixedUser"
	/** Nobody would be left to administer the device: ONVIF's FixedUser, with this reason. */
	| "LastAdministrator"
	/** A colon or control character, which Digest cannot carry: InvalidArgVal. */
	| "UsernameInvalid"
	/** Extended, which needs roles: InvalidArgVal. */
	| "LevelNotSupported";

export interface UserRefusal {
	readonly ok: false;
	readonly problem: UserProblem;
	readonly username: string;
	/** For people; holds no secret. */
	readonly reason: string;
}

export type UserResult = { readonly ok: true } | UserRefusal;

/** A user as CreateUsers and SetUser bear it (`tt:User`). */
export interface UserRequest {
	readonly username: string;
	readonly password: string | undefined;
	readonly level: UserLevel | "Extended" | "Anonymous";
}

export function refusal(
	problem: UserProblem,
	username: string,
	reason: string,
): UserRefusal {
	return { ok: false, problem, username, reason };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it refuses
const forbiddenInNames = /[:\x00-\x1f\x7f]/;

function checkName(name: string): UserRefusal | undefined {
	if (name === "")
		return refusal("UsernameTooShort", name, "the user name is empty");
	if (name.length > userLimits.maxNameLength)
		return refusal(
			"UsernameTooLong",
			name.slice(0, userLimits.maxNameLength),
			`the user name has more than ${userLimits.maxNameLength} characters`,
		);
	if (forbiddenInNames.test(name))
		return refusal(
			"UsernameInvalid",
			name,
			"the user name has a colon or control character",
		);
	return undefined;
}

function checkPassword(
	name: string,
	password: string | undefined,
	weak: "Password" | "PasswordTooWeak",
): string | UserRefusal {
	const { minPasswordLength, maxPasswordLength } = userLimits;
	if (password === undefined || password.length < minPasswordLength)
		return refusal(
			weak,
			name,
			`the password has fewer than ${minPasswordLength} characters`,
		);
	if (password.length > maxPasswordLength)
		return refusal(
			"PasswordTooLong",
			name,
			`the password has more than ${maxPasswordLength} characters`,
		);
	return password;
}

/** The user that a request asks for, or why there cannot be such a one. */
export function toUser(
	request: UserRequest,
	weak: "Password" | "PasswordTooWeak",
): User | UserRefusal {
	const { username, level } = request;
	const badName = checkName(username);
	if (badName) return badName;
	if (level === "Anonymous")
		return refusal(
			"AnonymousNotAllowed",
			username,
			"the level Anonymous is for those who do not log in",
		);
	if (level === "Extended")
		return refusal(
			"LevelNotSupported",
			username,
			"the level Extended is not implemented",
		);
	const password = checkPassword(username, request.password, weak);
	return typeof password === "string"
		? { name: username, password, level }
		: password;
}
