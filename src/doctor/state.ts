import { mkdtemp, open, rm, rmdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parseUsers } from "../auth/user-file.ts";
import { type Health, reasonOf, Trouble } from "./finding.ts";
import type { Patient } from "./patient.ts";

const codeOf = (error: unknown) =>
	error instanceof Error && "code" in error ? String(error.code) : "";

/** Whether this user can write where the service keeps its state, by writing there. */
export async function checkStateFolder({ config }: Patient): Promise<Health> {
	const folder = config.stateDir;
	const status = await stat(folder).catch((error: unknown) => codeOf(error));
	if (status === "ENOENT") return canBeMade(folder);
	if (typeof status === "string")
		throw unusable(folder, `cannot be used (${status})`);
	if (!status.isDirectory()) throw unusable(folder, "is no folder");
	const file = join(folder, `.doctor-${process.pid}`);
	try {
		await (await open(file, "wx", 0o600)).close();
		await rm(file);
	} catch (error) {
		throw unusable(folder, `cannot be written to (${codeOf(error)})`);
	}
	return `${folder} can be written to`;
}

/** Whether a folder can be made in the nearest parent that is there, by making one. */
async function canBeMade(folder: string): Promise<Health> {
	let parent = dirname(folder);
	while (!(await exists(parent)) && parent !== dirname(parent))
		parent = dirname(parent);
	try {
		await rmdir(await mkdtemp(join(parent, ".onvifd-doctor-")));
	} catch (error) {
		throw unusable(folder, `cannot be made in ${parent} (${codeOf(error)})`);
	}
	return `${folder} is made at the first start`;
}

const exists = (path: string) =>
	stat(path).then(
		() => true,
		() => false,
	);

function unusable(folder: string, what: string): Trouble {
	return new Trouble(
		`${folder} ${what}: settings and users are lost, or the service cannot start`,
		`install -d -m 700 -o USER ${folder} with the service's user, or set stateDir in the configuration`,
	);
}

/** Passwords stand in it, in the clear: Digest needs them. */
export async function checkUserFile({ config }: Patient): Promise<Health> {
	const path = usersFile(config.usersDir);
	const file = await open(path, "r").catch((error: unknown) => codeOf(error));
	if (file === "ENOENT" || file === "ENOTDIR")
		return config.users.length > 0
			? "users stand in the configuration"
			: "the first start makes an administrator and prints the password";
	if (typeof file === "string")
		throw new Trouble(
			`${path} cannot be read (${file})`,
			"run onvifd doctor as the service's user, or as root",
		);
	try {
		const { mode } = await file.stat();
		if ((mode & 0o077) !== 0)
			throw new Trouble(
				`others on this machine can read the passwords in ${path} (mode 0${(mode & 0o777).toString(8)})`,
				`chmod 600 ${path}`,
			);
		const users = parseUsers(await file.readFile("utf8"));
		if (typeof users === "string")
			throw new Trouble(
				`${path} ${users}`,
				`mend it, or remove it to start with a new administrator: rm ${path}`,
			);
		return `${path}: ${users.map(({ name }) => name).join(", ") || "no user"}`;
	} catch (error) {
		if (error instanceof Trouble) throw error;
		throw new Trouble(
			`${path} cannot be read: ${reasonOf(error)}`,
			"run onvifd doctor as the service's user, or as root",
		);
	} finally {
		await file.close();
	}
}

export const usersFile = (usersDir: string) => join(usersDir, "users.json");
