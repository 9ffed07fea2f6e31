/** Why another camera gives no picture, for people; it holds no credentials. */
export class RelayError extends Error {
	override readonly name: string = "RelayError";
}

/** Trying again soon does not help, and cameras lock out who goes on trying. */
export class LoginRefused extends RelayError {
	override readonly name = "LoginRefused";
}
