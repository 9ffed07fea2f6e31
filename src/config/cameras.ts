import { checkLoopbacks } from "./chain-rules.ts";
import { CheckError, check, isKeys, withDefaults } from "./check.ts";
import {
	choosePorts,
	serversOf as listening,
	type Server,
	type ServerKey,
} from "./ports.ts";
import { checkPushTwice } from "./push.ts";
import { checkRtpOverTcp } from "./rtp-over-tcp.ts";
import { checkRules, mustDiffer } from "./rules.ts";
import { type ConfigFile, fileSchema } from "./schema.ts";

/** One camera's keys, complete, as if it had a file of its own. */
export interface CameraFile {
	/** Its entry's; undefined for the one camera of a file without `cameras`. */
	readonly token: string | undefined;
	/** What stands before its keys in messages: `cameras[0].`, or nothing. */
	readonly prefix: string;
	readonly file: ConfigFile;
}

/** Sections whose keys an entry overrules one by one; everything else it replaces. */
const merging: ReadonlySet<string> = new Set([
	"device",
	"http",
	"rtsp",
	"audio",
	"discovery",
]);

/**
 * The cameras of a file.
 *
 * @param given as it was read; only there it can be seen what an entry leaves to the file
 * @param file the same, checked and with defaults
 * @throws CheckError
 */
export function camerasOf(
	given: unknown,
	file: ConfigFile,
): readonly CameraFile[] {
	if (file.cameras.length === 0)
		return [{ token: undefined, prefix: "", file }];
	mustDiffer(
		"cameras",
		"token",
		file.cameras.map(({ token }) => token),
	);
	const entries = listOf(valuesOf(given).get("cameras")).map(valuesOf);
	const own = file.cameras.map(({ token }, index) =>
		complete(given, entries[index] ?? new Map(), token, index),
	);
	const ports = choosePorts(
		own.flatMap(({ file: camera, prefix }, index) =>
			serversOf(camera, prefix, entries[index] ?? new Map()),
		),
	);
	const cameras = own.map((camera) => withPorts(camera, ports));
	for (const { prefix, file: camera } of cameras)
		within(prefix, () => checkRules(camera));
	checkNothingTwice(cameras);
	checkLoopbacks(cameras);
	checkPushTwice(cameras);
	checkRtpOverTcp(cameras);
	return cameras;
}

type Values = ReadonlyMap<string, unknown>;

function valuesOf(value: unknown): Values {
	return new Map(isKeys(value) ? Object.entries(value) : []);
}

function listOf(value: unknown): readonly unknown[] {
	return Array.isArray(value) ? value : [];
}

function complete(
	given: unknown,
	entry: Values,
	token: string,
	index: number,
): CameraFile {
	const all = new Map(valuesOf(given));
	all.delete("cameras");
	all.set("name", token);
	for (const [key, value] of entry) {
		const before = all.get(key);
		const merges = merging.has(key) && isKeys(before) && isKeys(value);
		if (key !== "token") all.set(key, merges ? { ...before, ...value } : value);
	}
	const file = withDefaults(fileSchema, Object.fromEntries(all));
	// Made of two parts that were checked, it has nothing that could fail; this tells the compiler.
	check(fileSchema, file);
	return { token, prefix: `cameras[${index}].`, file };
}

/** A port that the entry does not give is counted from the file's. */
function serversOf(file: ConfigFile, prefix: string, entry: Values): Server[] {
	return listening(file).map(({ key, host, port }) => ({
		key: `${prefix}${key}.port`,
		place: file.interface === null ? host : file.interface,
		port,
		given: valuesOf(entry.get(key)).has("port"),
	}));
}

function withPorts(
	camera: CameraFile,
	ports: ReadonlyMap<string, number>,
): CameraFile {
	const { file, prefix } = camera;
	const of = (key: ServerKey) => ports.get(`${prefix}${key}.port`);
	const { http, rtsp, https, rtsps } = file;
	return {
		...camera,
		file: {
			...file,
			http: { ...http, port: of("http") ?? http.port },
			rtsp: { ...rtsp, port: of("rtsp") ?? rtsp.port },
			https: { port: of("https") ?? https.port },
			rtsps: { port: of("rtsps") ?? rtsps.port },
		},
	};
}

/** Recorders know a camera by its serial number or its address; a V4L2 device gives its picture to one program at a time. */
function checkNothingTwice(cameras: readonly CameraFile[]): void {
	const once: readonly [string, (file: ConfigFile) => string | null][] = [
		["device.serialNumber", ({ device }) => device.serialNumber],
		["http.publicUrl", ({ http }) => http.publicUrl],
		["source.v4l2.device", ({ source }) => source.v4l2?.device ?? null],
	];
	for (const [key, find] of once)
		mustDiffer(
			"cameras",
			key,
			cameras.map(({ file }) => find(file)),
		);
}

function within(prefix: string, work: () => void): void {
	try {
		work();
	} catch (error) {
		throw error instanceof CheckError
			? new CheckError(`${prefix}${error.message}`)
			: error;
	}
}
