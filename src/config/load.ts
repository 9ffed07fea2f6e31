import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { type AudioConfig, audioOf } from "./audio.ts";
import { camerasOf } from "./cameras.ts";
import { CheckError, check, withDefaults } from "./check.ts";
import { adviceOnProfiles, adviceOnUsers, checkRules } from "./rules.ts";
import { type ConfigFile, fileSchema } from "./schema.ts";
import { type TalkConfig, talkOf } from "./talk.ts";
import { readYaml, YamlError } from "./yaml.ts";

/** One line for people: file, key and what is allowed. No secret. */
export class ConfigError extends Error {
	override name = "ConfigError";
}

export type UserConfig = ConfigFile["users"][number];

/** As in the file, with name and govLength made out. */
export type ProfileConfig = Omit<
	ConfigFile["profiles"][number],
	"name" | "govLength"
> & { readonly name: string; readonly govLength: number };

export type SourceConfig =
	| { readonly kind: "test"; readonly pattern: string; readonly clock: boolean }
	| {
			readonly kind: "v4l2";
			readonly device: string;
			/** Nothing for the best. */
			readonly format?: "raw" | "jpeg" | "h264";
			readonly mediaController: {
				readonly entity: string | null;
				readonly device: string | null;
				readonly busFormat: string | null;
			};
	  }
	| { readonly kind: "file"; readonly path: string }
	| ({ readonly kind: "rtsp" } & NonNullable<ConfigFile["source"]["rtsp"]>);

/** Everything that one camera is given, checked and complete. Null stands for what the service finds out by itself. */
export type CameraConfig = Omit<
	ConfigFile,
	"stateDir" | "source" | "audio" | "profiles" | "cameras"
> & {
	/** Of its entry in `cameras`; undefined for the one camera of a file without. */
	readonly token: string | undefined;
	/** What stands before its keys in messages: `cameras[0].`, or nothing. */
	readonly prefix: string;
	/** Absolute; the camera's own. */
	readonly stateDir: string;
	/** Absolute; where `users.json` is, common to all cameras. */
	readonly usersDir: string;
	readonly source: SourceConfig;
	/** Undefined for a camera without sound. */
	readonly audio: AudioConfig | undefined;
	/** Undefined for a camera without loudspeaker. */
	readonly talk: TalkConfig | undefined;
	readonly profiles: readonly ProfileConfig[];
};

/** What the file says, of its one camera or for all, and each camera. */
export type Config = Omit<CameraConfig, "token" | "prefix"> & {
	/** At least one. */
	readonly cameras: readonly CameraConfig[];
	/** What works but is not wise, one line each, to be logged. */
	readonly warnings: readonly string[];
};

/** What of the process decides where state is kept. */
export interface Surroundings {
	/** Undefined where there are no user ids. */
	readonly uid: number | undefined;
	readonly home: string;
	readonly stateHome: string | undefined;
}

const maxBytes = 65_536;

function surroundingsOfProcess(): Surroundings {
	return {
		uid: process.getuid?.(),
		home: homedir(),
		stateHome: process.env.XDG_STATE_HOME,
	};
}

/** XDG Base Directory Specification: a path that is not absolute counts as unset. */
function defaultStateDir({ uid, home, stateHome }: Surroundings): string {
	if (uid === 0) return "/var/lib/onvifd";
	const base =
		stateHome && isAbsolute(stateHome)
			? stateHome
			: join(home, ".local", "state");
	return join(base, "onvifd");
}

function sourceOf({
	test,
	v4l2,
	rtsp,
	file,
}: ConfigFile["source"]): SourceConfig {
	if (test) return { kind: "test", ...test };
	if (v4l2) {
		const { format, ...rest } = v4l2;
		return { kind: "v4l2", ...rest, ...(format !== "auto" && { format }) };
	}
	if (rtsp) return { kind: "rtsp", ...rtsp };
	if (file !== undefined) return { kind: "file", path: file };
	throw new Error("a checked configuration has a source");
}

/** With all defaults; without `path` there is nothing but them. */
function complete(
	given: unknown,
	surroundings: Surroundings,
	path: string | undefined,
): Config {
	const file = withDefaults(fileSchema, given);
	check(fileSchema, file);
	checkRules(file);
	const stateDir =
		file.stateDir === null
			? defaultStateDir(surroundings)
			: resolve(dirname(path ?? "."), file.stateDir);
	const cameras = camerasOf(given, file);
	const warnings = cameras.flatMap(({ prefix, file: camera }) =>
		adviceOnProfiles(camera).map((line) => `${prefix}${line}`),
	);
	return {
		...completed(file, stateDir),
		cameras: cameras.map(({ token, prefix, file: camera }) => ({
			...completed(camera, stateDir),
			...(token && { stateDir: join(stateDir, "cameras", token) }),
			token,
			prefix,
		})),
		warnings: [...adviceOnUsers(file), ...warnings],
	};
}

function completed(
	{ cameras: _, ...file }: ConfigFile,
	stateDir: string,
): Omit<CameraConfig, "token" | "prefix"> {
	return {
		...file,
		stateDir,
		usersDir: stateDir,
		source: sourceOf(file.source),
		audio: audioOf(file),
		talk: talkOf(file),
		profiles: file.profiles.map((profile) => ({
			...profile,
			name: profile.name ?? profile.token,
			govLength: profile.govLength ?? profile.frameRate,
		})),
	};
}

function holdsPasswords({ users, cameras }: Config): boolean {
	return (
		users.length > 0 ||
		cameras.some(({ hls }) => hls.secret !== null) ||
		cameras.some(
			({ source }) =>
				source.kind === "rtsp" &&
				(source.password !== null || /^rtsps?:\/\/[^/?]*@/i.test(source.url)),
		)
	);
}

function causeOf(error: unknown): string {
	const code = error instanceof Error && "code" in error ? error.code : "";
	if (code === "ENOENT") return "there is no such file";
	if (code === "EACCES") return "this user may not read it";
	if (code === "EISDIR") return "it is a folder";
	return String(code || error);
}

/** The text of the file, and whether others than its owner may read it. */
function readText(path: string): { text: string; open: boolean } {
	const file = openSync(path, "r");
	try {
		const buffer = Buffer.alloc(maxBytes + 1);
		let length = 0;
		for (let read = 1; read > 0 && length < buffer.length; length += read)
			read = readSync(file, buffer, length, buffer.length - length, null);
		if (length > maxBytes)
			throw new YamlError(`is longer than ${maxBytes} bytes`);
		return {
			text: new TextDecoder("utf-8", { fatal: true }).decode(
				buffer.subarray(0, length),
			),
			open: (fstatSync(file).mode & 0o004) !== 0,
		};
	} finally {
		closeSync(file);
	}
}

function readFile(path: string): { text: string; open: boolean } {
	try {
		return readText(path);
	} catch (error) {
		if (error instanceof YamlError)
			throw new ConfigError(`${path}: ${error.message}`);
		if (error instanceof TypeError)
			throw new ConfigError(`${path}: is not UTF-8`);
		throw new ConfigError(`${path}: cannot be read: ${causeOf(error)}`);
	}
}

/**
 * Reads and checks the configuration file; without one everything has its default.
 * A relative `stateDir` starts from the file's folder.
 * @throws ConfigError
 */
export function loadConfig(
	path: string | undefined,
	surroundings: Surroundings = surroundingsOfProcess(),
): Config {
	if (path === undefined) return complete({}, surroundings, path);
	const { text, open } = readFile(path);
	try {
		const config = complete(readYaml(text), surroundings, path);
		const warnings = config.warnings.map((line) => `${path}: ${line}`);
		if (open && holdsPasswords(config))
			warnings.push(
				`${path}: holds passwords and everybody on this machine can read it; chmod 600 ${path}`,
			);
		return { ...config, warnings };
	} catch (error) {
		if (error instanceof CheckError || error instanceof YamlError)
			throw new ConfigError(`${path}: ${error.message}`);
		throw error;
	}
}
