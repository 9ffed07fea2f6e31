import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { Log } from "../system/log.ts";
import type { Identity, User, UserLookup } from "./types.ts";
import { readUserFile, writeUserFile } from "./user-file.ts";
import {
	refusal,
	toUser,
	type UserRefusal,
	type UserRequest,
	type UserResult,
	userLimits,
} from "./user-rules.ts";

/** The one store of users: HTTP, RTSP and WS-Security look here (Core spec 26.06, 5.9.1). */
export interface UserStore extends UserLookup {
	/** Without passwords: first the configuration's, then the others in the order of their creation. */
	list(): readonly Identity[];
	/** All or none (CreateUsers). Rejects when the file cannot be written; nothing has changed then. */
	create(users: readonly UserRequest[]): Promise<UserResult>;
	/** All or none (DeleteUsers). */
	delete(usernames: readonly string[]): Promise<UserResult>;
	/** All or none (SetUser). */
	set(users: readonly UserRequest[]): Promise<UserResult>;
	/** The administrator that this start has made, told once, so that it can be printed once. */
	takeCreatedUser(): User | undefined;
}

export interface UserStoreOptions {
	/** Folder of `users.json`; made if missing. */
	readonly stateDir: string;
	/** Users of the configuration: fixed, never written to the file. */
	readonly configured: readonly User[];
	readonly log: Log;
	readonly random?: (size: number) => Uint8Array;
}

/** Crockford's base 32: no letter that looks like a digit. */
const readable = "0123456789abcdefghjkmnpqrstvwxyz";

/** Sixteen characters of five bits each: 80 bits, and short enough for recorders that take no more. */
export function readablePassword(random: (size: number) => Uint8Array): string {
	return Array.from(random(16), (byte) => readable[byte & 31]).join("");
}

function freeName(users: ReadonlyMap<string, User>): string {
	let name = "admin";
	for (let n = 2; users.has(name); n += 1) name = `admin${n}`;
	return name;
}

function hasAdministrator(users: Iterable<User>): boolean {
	for (const user of users) if (user.level === "Administrator") return true;
	return false;
}

/** Stored users that the configuration does not overrule. */
function withoutFixed(
	stored: readonly User[],
	fixed: ReadonlyMap<string, User>,
	log: Log,
): Map<string, User> {
	const kept = new Map<string, User>();
	for (const user of stored)
		if (fixed.has(user.name))
			log.info("the configuration overrules a stored user", {
				user: user.name,
			});
		else kept.set(user.name, user);
	return kept;
}

/**
 * Opens the store. When neither configuration nor file knows a user, it makes an administrator with a random password.
 * @throws UserFileError when the file is there but cannot be used; it is left as it is.
 */
export async function openUserStore(
	options: UserStoreOptions,
): Promise<UserStore> {
	const { configured, log, random = randomBytes } = options;
	const path = join(options.stateDir, "users.json");
	const fixed = new Map(configured.map((user) => [user.name, user]));
	let stored = withoutFixed((await readUserFile(path, log)) ?? [], fixed, log);
	let created: User | undefined;

	if (fixed.size === 0 && !hasAdministrator(stored.values())) {
		created = {
			name: freeName(stored),
			password: readablePassword(random),
			level: "Administrator",
		};
		stored.set(created.name, created);
		await writeUserFile(path, [...stored.values()]);
	}

	/** Refuses what would leave nobody to undo it. */
	function checkAdministrators(
		next: ReadonlyMap<string, User>,
		username: string,
	): UserRefusal | undefined {
		if (hasAdministrator(fixed.values()) || hasAdministrator(next.values()))
			return undefined;
		if (!hasAdministrator(stored.values())) return undefined;
		return refusal(
			"LastAdministrator",
			username,
			"this is the last administrator",
		);
	}

	let queue: Promise<unknown> = Promise.resolve();
	/** Changes come one after the other; memory follows the file. */
	function change(
		edit: (next: Map<string, User>) => UserRefusal | undefined,
	): Promise<UserResult> {
		const result = queue.then(async (): Promise<UserResult> => {
			const next = new Map(stored);
			const refused = edit(next);
			if (refused) return refused;
			await writeUserFile(path, [...next.values()]);
			stored = next;
			return { ok: true };
		});
		queue = result.catch(() => undefined);
		return result;
	}

	function createIn(
		next: Map<string, User>,
		requests: readonly UserRequest[],
	): UserRefusal | undefined {
		for (const request of requests) {
			const user = toUser(request, "Password");
			if ("ok" in user) return user;
			if (fixed.has(user.name) || next.has(user.name))
				return refusal("UsernameClash", user.name, "the user exists already");
			if (fixed.size + next.size >= userLimits.maxUsers)
				return refusal(
					"TooManyUsers",
					user.name,
					`there can be no more than ${userLimits.maxUsers} users`,
				);
			next.set(user.name, user);
		}
		return undefined;
	}

	/** Why a user cannot be changed or deleted, if so. */
	function checkChangeable(
		next: ReadonlyMap<string, User>,
		username: string,
	): UserRefusal | undefined {
		if (fixed.has(username))
			return refusal(
				"FixedUser",
				username,
				"the user is the configuration file's",
			);
		return next.has(username)
			? undefined
			: refusal("UsernameMissing", username, "there is no such user");
	}

	return {
		find: (name) => fixed.get(name) ?? stored.get(name),
		list: () =>
			[...fixed.values(), ...stored.values()].map(({ name, level }) => ({
				name,
				level,
			})),
		create: (users) => change((next) => createIn(next, users)),
		delete: (usernames) =>
			change((next) => {
				for (const username of new Set(usernames)) {
					const refused = checkChangeable(next, username);
					if (refused) return refused;
					next.delete(username);
				}
				return checkAdministrators(next, usernames[0] ?? "");
			}),
		set: (users) =>
			change((next) => {
				for (const request of users) {
					const refused = checkChangeable(next, request.username);
					if (refused) return refused;
					const user = toUser(request, "PasswordTooWeak");
					if ("ok" in user) return user;
					next.set(user.name, user);
				}
				return checkAdministrators(next, users[0]?.username ?? "");
			}),
		takeCreatedUser() {
			const once = created;
			created = undefined;
			return once;
		},
	};
}
