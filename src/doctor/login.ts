import { readFile } from "node:fs/promises";
import type { User } from "../auth/types.ts";
import { parseUsers } from "../auth/user-file.ts";
import type { Config } from "../config/load.ts";
import { Trouble } from "./finding.ts";
import { usersFile } from "./state.ts";

/** A user to log in as: an administrator where there is one, the configuration's before those that clients made. */
export async function findLogin({ users, usersDir }: Config): Promise<User> {
	const path = usersFile(usersDir);
	// What is wrong with the file, its own check tells.
	const text = await readFile(path, "utf8").catch(() => "");
	const stored = parseUsers(text);
	const all = [...users, ...(typeof stored === "string" ? [] : stored)];
	const login = all.find(({ level }) => level === "Administrator") ?? all.at(0);
	if (login === undefined)
		throw new Trouble(
			`no user to log in as: neither in the configuration nor in ${path}`,
			"run onvifd doctor as the service's user, or as root",
		);
	return login;
}
