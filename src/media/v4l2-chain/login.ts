import { createHash } from "node:crypto";

/** A login of our own at one run of v4l2rtspserver; it dies with that run. */
export interface ChainLogin {
	readonly realm: string;
	readonly user: string;
	readonly password: string;
	/** What v4l2rtspserver's `-U` takes with `-R`: MD5 of user, realm and password. Others on this host see it. */
	readonly hash: string;
}

/** Where v4l2rtspserver is to be found. */
export interface DirectAddress {
	readonly port: number;
	readonly path: string;
	readonly login: ChainLogin;
}

/** `host` as it stands in a URL. Under 128 octets (Media spec, GetStreamUri). The login is v4l2rtspserver's own: it knows none of our users. */
export function directUri(
	{ port, path, login }: DirectAddress,
	host: string,
): string {
	return `rtsp://${login.user}:${login.password}@${host}:${port}/${path}`;
}

const realm = "onvifd-chain";

/** `random` gives so many octets. */
export function makeLogin(random: (size: number) => Buffer): ChainLogin {
	const user = random(4).toString("hex");
	const password = random(16).toString("hex");
	const hash = createHash("md5")
		.update(`${user}:${realm}:${password}`)
		.digest("hex");
	return { realm, user, password, hash };
}
