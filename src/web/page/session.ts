import { sha256 } from "./sha256.ts";

/** What the server says to who may not in; for people. */
export class LoginRefused extends Error {
	override readonly name = "LoginRefused";
}

const path = "/session";

async function ask(): Promise<Record<string, unknown>> {
	const answer = await fetch(path, { cache: "no-store" });
	if (!answer.ok) throw new Error(`the camera answers ${answer.status}`);
	return answer.json();
}

/** Whether this browser is logged in. */
export async function isLoggedIn(): Promise<boolean> {
	return "user" in (await ask());
}

/** Proves to know the password without sending it (RFC 7616). Rejects with `LoginRefused`, or when the camera is not to be reached. */
export async function logIn(name: string, password: string): Promise<void> {
	const { challenge } = await ask();
	if (typeof challenge !== "string") return;
	const answer = await fetch(path, {
		method: "POST",
		headers: { authorization: digest(challenge, name, password) },
	});
	if (answer.ok) return;
	throw new LoginRefused(
		answer.status === 429
			? `Too many tries. Wait ${answer.headers.get("retry-after") ?? "some"} seconds.`
			: "Name or password is wrong.",
	);
}

export async function logOut(): Promise<void> {
	await fetch(path, { method: "DELETE" });
}

function digest(challenge: string, name: string, password: string): string {
	const part = (key: string) =>
		new RegExp(`${key}="([^"]*)"`).exec(challenge)?.[1] ?? "";
	const [realm, nonce] = [part("realm"), part("nonce")];
	const cnonce = Array.from(
		crypto.getRandomValues(new Uint8Array(12)),
		(byte) => byte.toString(16).padStart(2, "0"),
	).join("");
	const ha1 = sha256(`${name}:${realm}:${password}`);
	const ha2 = sha256(`POST:${path}`);
	const response = sha256(`${ha1}:${nonce}:00000001:${cnonce}:auth:${ha2}`);
	// encodeURIComponent leaves five characters alone that RFC 8187 does not.
	const encoded = encodeURIComponent(name).replace(
		/['()*]/g,
		(character) => `%${character.charCodeAt(0).toString(16)}`,
	);
	return `Digest username*=UTF-8''${encoded}, realm="${realm}", nonce="${nonce}", uri="${path}", algorithm=SHA-256, qop=auth, nc=00000001, cnonce="${cnonce}", response="${response}"`;
}
