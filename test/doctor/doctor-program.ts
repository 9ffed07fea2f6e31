import { execFile } from "node:child_process";
import { randomInt } from "node:crypto";
import {
	mkdirSync,
	mkdtempSync,
	readdirSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { createServer, type ListenOptions, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import type { Finding } from "../../src/doctor/finding.ts";
import { patienceMs } from "../helpers/patience.ts";
import { administrator, program } from "../helpers/service.ts";

export interface Ran {
	readonly code: number;
	readonly stdout: string;
	readonly stderr: string;
}

/** Runs the built program with the heap that its first line gives it. */
export function runProgram(
	args: readonly string[],
	env: Readonly<Record<string, string>> = {},
): Promise<Ran> {
	return new Promise((resolve) => {
		execFile(
			program,
			args,
			{ timeout: patienceMs, env: { ...process.env, ...env } },
			(error, stdout, stderr) => {
				const code = error === null ? 0 : Number(error.code ?? -1);
				resolve({ code, stdout, stderr });
			},
		);
	});
}

/** What `doctor --json` finds. */
export async function findings(
	file: string,
	env?: Readonly<Record<string, string>>,
): Promise<{ readonly code: number; readonly found: readonly Finding[] }> {
	const ran = await runProgram(["doctor", "--config", file, "--json"], env);
	if (ran.stderr !== "") throw new Error(ran.stderr);
	return { code: ran.code, found: JSON.parse(ran.stdout) };
}

export const wrong = (found: readonly Finding[]): readonly string[] =>
	found.filter(({ ok }) => !ok).map(({ name }) => name);

export function byName(found: readonly Finding[], name: string): Finding {
	const one = found.find((finding) => finding.name === name);
	if (!one) throw new Error(`${name} is not among the findings`);
	return one;
}

/** Below those that the kernel gives to whoever asks for any (ip(7), ip_local_port_range): nobody takes them meanwhile. */
const ports = { first: 10_000, end: 30_000 } as const;

/** Listens, if nobody else does there. */
async function listener(at: ListenOptions): Promise<Server | undefined> {
	const server = createServer();
	return new Promise((resolve) => {
		server.once("error", () => resolve(undefined));
		server.listen(at, () => resolve(server));
	});
}

/** A port that is free, and that no other test file which asks here gets as long as this one runs. */
async function freePort(): Promise<number> {
	for (;;) {
		const port = randomInt(ports.first, ports.end);
		// An abstract socket (unix(7)): it goes with its process, however that ends.
		const claim = await listener({ path: `\0onvifd-test-port-${port}` });
		if (!claim) continue;
		claim.unref();
		const server = await listener({ port, host: "127.0.0.1" });
		if (!server) continue;
		await new Promise((closed) => server.close(closed));
		return port;
	}
}

/** Ports of its own for a camera: a doctor can only find a service whose ports are told. */
export async function freePorts(): Promise<{ http: number; rtsp: number }> {
	return { http: await freePort(), rtsp: await freePort() };
}

export type Settings = Readonly<Record<string, unknown>>;

/** Found on loopback alone; one small profile of each encoding keeps a test short. */
export async function settings(): Promise<Settings> {
	const { http, rtsp } = await freePorts();
	return {
		http: { port: http, host: "127.0.0.1" },
		rtsp: { port: rtsp, host: "127.0.0.1" },
		users: [administrator],
		discovery: { mdns: false, interfaces: ["lo"] },
		profiles: [
			{ token: "main", encoding: "H264", width: 640, height: 360 },
			{ token: "jpeg", encoding: "JPEG", width: 320, height: 240 },
		],
	};
}

/** A folder of its own for each camera of these tests. */
export class Workshop {
	readonly folder = mkdtempSync(join(tmpdir(), "onvifd-test-"));
	#next = 0;

	/** Writes a configuration and answers the file; `stateDir` is one that is not there yet, if not given. */
	write(config: Settings): string {
		const at = join(this.folder, String(this.#next++));
		mkdirSync(at);
		const file = join(at, "config.yaml");
		const stateDir = join(at, "state");
		writeFileSync(file, stringify({ stateDir, ...config }), { mode: 0o600 });
		return file;
	}

	/** The state folder of the camera with this uuid. */
	stateOf(uuid: string): string {
		const at = join(this.folder, uuid);
		mkdirSync(at);
		writeFileSync(join(at, "uuid"), `${uuid}\n`);
		return at;
	}

	/** The environment of a GStreamer that has everything but some plug-ins. */
	withoutPlugins(
		...libraries: readonly string[]
	): Readonly<Record<string, string>> {
		const at = join(this.folder, `without-${libraries.join("-")}`);
		mkdirSync(at);
		for (const name of readdirSync(plugins))
			if (name.startsWith("lib") && !libraries.includes(name))
				symlinkSync(join(plugins, name), join(at, name));
		return {
			GST_PLUGIN_SYSTEM_PATH_1_0: at,
			GST_REGISTRY_1_0: join(at, "registry.bin"),
		};
	}

	remove(): void {
		rmSync(this.folder, { recursive: true, force: true });
	}
}

/** Debian's folder of GStreamer's plug-ins: `/usr/lib/<architecture>/gstreamer-1.0`. */
const plugins = (() => {
	for (const name of readdirSync("/usr/lib"))
		if (name.includes("-linux-"))
			try {
				const folder = join("/usr/lib", name, "gstreamer-1.0");
				if (readdirSync(folder).includes("libgstx264.so")) return folder;
			} catch {
				// Another architecture's libraries.
			}
	throw new Error("GStreamer's plug-ins are not where Debian has them");
})();

/** What the doctor finds of a machine that is too busy to look at: its own limits went by. */
const tooBusy = new RegExp(
	[
		"^no result within",
		"timeout of 5000ms exceeded",
		"503: (it has no picture at present|no key frame)",
		"of \\d+ frames: no key frame came in time",
		"frames could be decoded from \\d+ RTP packets in time",
		"v4l2-ctl waited 10 s",
	].join("|"),
);

/** As the doctor says itself, it is asked again when it found the machine too busy. */
export async function askedAgain(
	ask: () => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
	let found = await ask();
	for (let times = 1; times < 10; times++) {
		if (!found.some(({ ok, detail }) => !ok && tooBusy.test(detail))) break;
		found = await ask();
	}
	return found;
}
