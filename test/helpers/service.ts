import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { stringify } from "yaml";
import { until } from "./media.ts";

export const program = resolve(
	fileURLToPath(import.meta.url),
	"../../../dist/onvifd.js",
);

export const administrator = {
	name: "admin",
	password: "correct horse 7",
	level: "Administrator",
} as const;

/** A running service of the built program, on free ports and with a state folder of its own. */
export interface RunningService {
	readonly process: ChildProcess;
	readonly pid: number;
	readonly stateDir: string;
	readonly http: number;
	readonly rtsp: number;
	/** `http://127.0.0.1:port` */
	readonly url: string;
	/** `rtsp://name:password@127.0.0.1:port` */
	readonly rtspUrl: string;
	stdout(): string;
	stderr(): string;
	/** SIGTERM; answers exit code and how long it took in ms. The state folder stays until `remove`. */
	stop(signal?: NodeJS.Signals): Promise<{ code: number | null; ms: number }>;
	remove(): Promise<void>;
}

export interface ServiceOptions {
	/** Merged over ephemeral ports, an administrator and silent discovery. */
	readonly config?: Readonly<Record<string, unknown>>;
	/** A state folder from before, to start again with. */
	readonly stateDir?: string;
	readonly env?: Readonly<Record<string, string>>;
	/** Network namespace to start it in. */
	readonly namespace?: string;
	/** Descriptor that its log goes to; `stderr()` knows nothing of it then. */
	readonly logTo?: number;
	/** Start it by its own first line, with the small heap; as a script of Node otherwise. */
	readonly asInstalled?: boolean;
}

const quick = {
	http: { port: 0, host: "127.0.0.1" },
	rtsp: { port: 0, host: "127.0.0.1" },
	users: [administrator],
	discovery: { wsDiscovery: false, mdns: false },
};

/** Starts the service and resolves when it says where it listens. */
export async function startService(
	options: ServiceOptions = {},
): Promise<RunningService> {
	const stateDir =
		options.stateDir ?? mkdtempSync(join(tmpdir(), "onvifd-test-"));
	const file = join(stateDir, "config.yaml");
	writeFileSync(file, stringify({ ...quick, stateDir, ...options.config }), {
		mode: 0o600,
	});
	const { namespace } = options;
	const line = [
		...(namespace ? ["ip", "netns", "exec", namespace] : []),
		...(options.asInstalled ? [program] : [process.execPath, program]),
	];
	const [command = program, ...before] = line;
	const child = spawn(command, [...before, "run", "--config", file], {
		stdio: ["ignore", "pipe", options.logTo ?? "pipe"],
		env: { ...process.env, ...options.env },
	});
	let stdout = "";
	let stderr = "";
	child.stdout?.setEncoding("utf8").on("data", (text: string) => {
		stdout += text;
	});
	child.stderr?.setEncoding("utf8").on("data", (text: string) => {
		stderr += text;
	});
	const port = (scheme: string) =>
		Number(new RegExp(`${scheme}://[^/\\s]+:(\\d+)`).exec(stdout)?.[1]);
	let closed = false;
	// Not "exit": what it said last may still be under way then.
	const ended = new Promise<number | null>((settle) =>
		child.once("close", (code) => {
			closed = true;
			settle(code);
		}),
	);
	await until(
		// To the end of what it tells: a pipe may cut it anywhere, in the middle of a port too.
		() => closed || /^ {2}user [\s\S]*\n\n$/m.test(stdout),
		"the service listens",
	);
	if (closed)
		throw new Error(
			`the service ended with ${child.exitCode ?? child.signalCode}: ${stderr}`,
		);
	const [http, rtsp] = [port("http"), port("rtsp")];
	const stop = async (signal: NodeJS.Signals = "SIGTERM") => {
		const from = performance.now();
		if (child.exitCode === null && child.signalCode === null)
			child.kill(signal);
		return { code: await ended, ms: performance.now() - from };
	};
	return {
		process: child,
		pid: child.pid ?? 0,
		stateDir,
		http,
		rtsp,
		url: `http://127.0.0.1:${http}`,
		rtspUrl: `rtsp://${administrator.name}:${encodeURIComponent(administrator.password)}@127.0.0.1:${rtsp}`,
		stdout: () => stdout,
		stderr: () => stderr,
		stop,
		async remove() {
			await stop();
			rmSync(stateDir, { recursive: true, force: true });
		},
	};
}
