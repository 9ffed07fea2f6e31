/** ONVIF user levels (Core spec 26.06, 8.3; `tt:UserLevel`). */
export type UserLevel = "Administrator" | "Operator" | "User";

/** Access classes of operations (Core spec 26.06, 5.9.4.3). */
export type AccessClass =
	| "PRE_AUTH"
	| "READ_SYSTEM"
	| "READ_SYSTEM_SENSITIVE"
	| "READ_SYSTEM_SECRET"
	| "WRITE_SYSTEM"
	| "UNRECOVERABLE"
	| "READ_MEDIA"
	| "ACTUATE";

/** Who asks, once proven. */
export interface Identity {
	readonly name: string;
	readonly level: UserLevel;
}

export interface User extends Identity {
	readonly password: string;
}
