import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** The service cannot start for a reason that its owner can mend; the message is one line that says how. */
export class CannotStart extends Error {
	override readonly name = "CannotStart";
}

const errors: Readonly<Record<string, string>> = {
	EADDRINUSE: "is in use by another program: stop it, or",
	EACCES:
		"needs more rights: run as root, or give Node the capability net_bind_service, or",
	EADDRNOTAVAIL:
		"is on an address that this host does not have: give it one, or",
};

/** Words for a port that could not be listened on; `key` is where the configuration sets it. */
export function portTrouble(
	what: string,
	key: string,
	port: number,
	error: unknown,
): Error {
	const code =
		error instanceof Error && "code" in error ? String(error.code) : "";
	const trouble = errors[code];
	if (!trouble)
		return error instanceof Error ? error : new Error(String(error));
	const setting = code === "EADDRNOTAVAIL" ? `${key}.host` : `${key}.port`;
	return new CannotStart(
		`${what} port ${port} ${trouble} set ${setting} in the configuration`,
	);
}

const fileErrors: Readonly<Record<string, string>> = {
	EACCES: "this user may not use it",
	EPERM: "this user may not use it",
	EROFS: "nothing can be written there",
	ENOENT: "no folder can be made there",
	ENOTDIR: "a file stands where a folder should be",
	ENOSPC: "the disk is full",
	EDQUOT: "the disk is full for this user",
};

/** Words for the file system's error about something in `stateDir`, or on the way there; any other error is given back. */
export function stateTrouble(stateDir: string, error: unknown): unknown {
	if (!(error instanceof Error && "code" in error && "path" in error))
		return error;
	const [path, trouble] = [String(error.path), fileErrors[String(error.code)]];
	const within = `${path}/`.startsWith(`${stateDir}/`);
	if (!trouble || !(within || `${stateDir}/`.startsWith(`${path}/`)))
		return error;
	return new CannotStart(
		`the state folder ${stateDir} cannot be used: ${path}: ${trouble}; mend that, or set stateDir in the configuration`,
	);
}

const packages = {
	"gst-launch-1.0": "gstreamer1.0-tools",
	setpriv: "util-linux",
} as const;

/** Throws `CannotStart` for a program that media cannot do without and that is not on the PATH. */
export function requirePrograms(path = process.env.PATH ?? ""): void {
	for (const [program, owner] of Object.entries(packages)) {
		const there = path
			.split(delimiter)
			.some((folder) => executable(join(folder, program)));
		if (!there)
			throw new CannotStart(`${program} is missing: apt-get install ${owner}`);
	}
}

function executable(path: string): boolean {
	try {
		accessSync(path, constants.X_OK);
		return true;
	} catch {
		return false;
	}
}
