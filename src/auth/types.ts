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

/** What came of a look at somebody's credentials. */
export type AuthResult =
	| { readonly kind: "anonymous" }
	| { readonly kind: "authenticated"; readonly identity: Identity }
	| {
			readonly kind: "refused";
			/** For the log: "WS-Security Created is 2 h in the future: the clocks differ". Holds no secret. */
			readonly reason: string;
			/** The digest was right but its nonce has expired: the client may try again unasked. */
			readonly stale: boolean;
			/** The password was wrong, or nobody bears the name. */
			readonly guess?: boolean;
			/** It was not looked at, since too many were wrong: for so many seconds. */
			readonly retrySeconds?: number;
	  };

/**
 * HTTP and RTSP Digest (RFC 7616, RFC 2069 and 2617 for older clients), MD5 and SHA-256; Basic where the owner
 * allows it. `secure`: the connection is over TLS; not when left out.
 */
export interface DigestAuth {
	/** Values for as many `WWW-Authenticate` headers, MD5 first, since some clients read only the first. */
	challenges(stale?: boolean, secure?: boolean): readonly string[];
	/** `authorization` is the header's value, undefined when there is none. */
	verify(
		authorization: string | undefined,
		method: string,
		uri: string,
		secure?: boolean,
	): AuthResult;
}

/** A WS-Security UsernameToken as it stood in the message. */
export interface UsernameToken {
	readonly username: string;
	readonly password: string | undefined;
	/** The `Type` attribute of Password; undefined means PasswordText (UsernameToken Profile 1.1, 3.1). */
	readonly passwordType: string | undefined;
	readonly nonce: string | undefined;
	readonly created: string | undefined;
}

export interface UsernameTokenAuth {
	verify(token: UsernameToken): AuthResult;
}

/** Where users are looked up. Names are case-sensitive. */
export interface UserLookup {
	find(name: string): User | undefined;
}
