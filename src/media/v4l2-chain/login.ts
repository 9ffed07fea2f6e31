import { createHash } from "node:crypto";

/** A login of our own at one run of v4l2rtspserver; it dies with that run. */
export interface ChainLogin {
	readonly realm: string;
	readonly user: string;
	readonly password: string;
	/** What v4l2rtspserver's `-U` takes with `-R`: MD5 of user, realm and password. Others on this host see it. */
	readonly hash: string;
}

const realm = "onvifd-chain";

/** `random` gives so many octets. */
export function makeLogin(random: (size: number) => Buffer): ChainLogin {
	const user = random(8).toString("hex");
	const password = random(16).toString("hex");
	const hash = createHash("md5")
		.update(`${user}:${realm}:${password}`)
		.digest("hex");
	return { realm, user, password, hash };
}
