import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import type { Log } from "../system/log.ts";
import { replaceFile } from "../system/replace-file.ts";
import type { User, UserLevel } from "./types.ts";
import { userLimits } from "./user-rules.ts";

/** The file cannot be used; the message names it, says what to do, and quotes nothing of it. */
export class UserFileError extends Error {
	override name = "UserFileError";
}

const maxBytes = 262_144;
const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isLevel(value: unknown): value is UserLevel {
	return value === "Administrator" || value === "Operator" || value === "User";
}

function isText(value: unknown, max: number): value is string {
	return typeof value === "string" && value !== "" && value.length <= max;
}

function readUser(value: unknown): User | string {
	if (!isRecord(value)) return "is not an object";
	const { name, password, level, ...rest } = value;
	if (!isText(name, userLimits.maxNameLength)) return "has no proper name";
	if (!isText(password, userLimits.maxPasswordLength))
		return "has no proper password";
	if (!isLevel(level))
		return "has a level other than Administrator, Operator or User";
	if (Object.keys(rest).length > 0)
		return "has more than name, password, level";
	return { name, password, level };
}

/** Reads the text of a user file; a string says what is wrong. */
export function parseUsers(text: string): User[] | string {
	let document: unknown;
	try {
		document = JSON.parse(text);
	} catch {
		// V8's message quotes the text, which holds passwords.
		return "is not JSON";
	}
	if (!isRecord(document) || document.version !== 1)
		return "is not a version 1 user file";
	const list = document.users;
	if (!Array.isArray(list)) return "has no list of users";
	if (list.length > userLimits.maxUsers)
		return `has more than ${userLimits.maxUsers} users`;
	const users = new Map<string, User>();
	for (const [index, entry] of list.entries()) {
		const user = readUser(entry);
		if (typeof user === "string") return `users[${index}] ${user}`;
		if (users.has(user.name))
			return `users[${index}] has a name that stands twice`;
		users.set(user.name, user);
	}
	return [...users.values()];
}

function errorCode(error: unknown): unknown {
	return error instanceof Error && "code" in error ? error.code : undefined;
}

async function readBounded(file: FileHandle): Promise<string | undefined> {
	const buffer = Buffer.alloc(maxBytes + 1);
	let length = 0;
	while (length < buffer.length) {
		const { bytesRead } = await file.read(buffer, length);
		if (bytesRead === 0) break;
		length += bytesRead;
	}
	if (length > maxBytes) return undefined;
	return new TextDecoder("utf-8", { fatal: true }).decode(
		buffer.subarray(0, length),
	);
}

function broken(path: string, what: string): UserFileError {
	return new UserFileError(
		`${path}: ${what}; mend it, or remove it to start with a new administrator`,
	);
}

async function openExisting(path: string): Promise<FileHandle | undefined> {
	try {
		return await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
	} catch (error) {
		const code = errorCode(error);
		if (code === "ENOENT") return undefined;
		if (code === "ELOOP") throw broken(path, "is a symbolic link");
		throw error;
	}
}

async function readText(file: FileHandle, path: string): Promise<string> {
	let text: string | undefined;
	try {
		text = await readBounded(file);
	} catch (error) {
		if (error instanceof TypeError) throw broken(path, "is not UTF-8");
		throw error;
	}
	if (text === undefined) throw broken(path, `is over ${maxBytes} bytes`);
	return text;
}

/**
 * Users of the file, or undefined when there is none. A mode that lets others read it is tightened and logged.
 * @throws UserFileError, or the file system's error where it cannot be opened
 */
export async function readUserFile(
	path: string,
	log: Log,
): Promise<User[] | undefined> {
	const file = await openExisting(path);
	if (!file) return undefined;
	try {
		const stat = await file.stat();
		if (!stat.isFile()) throw broken(path, "is not a regular file");
		if (stat.mode & 0o077) {
			await file.chmod(0o600);
			log.warn("the user file was open to others; its mode is 0600 now", {
				file: path,
				mode: `0${(stat.mode & 0o777).toString(8)}`,
			});
		}
		const users = parseUsers(await readText(file, path));
		if (typeof users === "string") throw broken(path, users);
		return users;
	} finally {
		await file.close();
	}
}

/** Replaces the file: at any moment it is the old or the new one, whole, and never anybody else's to read. */
export function writeUserFile(
	path: string,
	users: readonly User[],
): Promise<void> {
	const text = JSON.stringify({ version: 1, users }, undefined, "\t");
	return replaceFile(path, `${text}\n`);
}
