import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, afterEach, test } from "node:test";
import { stringify } from "yaml";
import { descendants } from "../helpers/children.ts";
import { until } from "../helpers/media.ts";
import { administrator } from "../helpers/service.ts";

const project = resolve(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "onvifd-npm-start-"));
after(() => rmSync(folder, { recursive: true }));
writeFileSync(
	join(folder, "camera.yaml"),
	stringify({
		http: { port: 0, host: "127.0.0.1" },
		rtsp: { port: 0, host: "127.0.0.1" },
		users: [administrator],
		discovery: { wsDiscovery: false, mdns: false },
		stateDir: "kept",
	}),
	{ mode: 0o600 },
);

let started: ChildProcess | undefined;
afterEach(() => {
	const pid = started?.pid ?? 0;
	if (started?.exitCode !== null || pid === 0) return;
	for (const below of descendants(pid)) process.kill(below.pid, "SIGKILL");
	started.kill("SIGKILL");
});

/** In a folder of its own, with a file that is named from there. */
async function start(file: string, args: readonly string[]) {
	const child = spawn(file, args, { cwd: folder, stdio: "pipe" });
	started = child;
	let said = "";
	for (const stream of [child.stdout, child.stderr])
		stream.setEncoding("utf8").on("data", (text: string) => {
			said += text;
		});
	const ended = once(child, "close");
	await until(
		() => child.exitCode !== null || /user +admin/.test(said),
		"the service tells its users",
	);
	assert.equal(child.exitCode, null, said);
	const services = descendants(child.pid)
		.filter(({ commandLine }) => commandLine.includes("onvifd.js run"))
		.map(({ pid }) => pid);
	assert.ok(services.length > 0, said);
	return {
		child,
		/** Answers the exit code, once neither npm nor the service runs. */
		async end(): Promise<unknown> {
			const [code] = await ended;
			for (const pid of services)
				assert.throws(() => process.kill(pid, 0), { code: "ESRCH" });
			assert.match(said, /stopping/);
			assert.doesNotMatch(said, /npm error/);
			return code;
		},
	};
}

const npm = ["--prefix", project, "start", "--", "--config", "camera.yaml"];

for (const signal of ["SIGTERM", "SIGINT"] as const)
	test(`${signal} to npm start stops the service, and npm says how it ended`, async () => {
		const running = await start("npm", npm);
		assert.ok(existsSync(join(folder, "kept")), "state beside the file");
		running.child.kill(signal);
		assert.equal(await running.end(), 0);
	});

test("Ctrl-C reaches npm and the service, and is one wish to stop", async () => {
	const line = `exec npm ${npm.join(" ")}`;
	const running = await start("script", ["-qec", line, "/dev/null"]);
	running.child.stdin?.write("\x03");
	assert.equal(await running.end(), 0);
});

test("wrong usage: npm start passes the exit code on", async () => {
	const child = spawn(
		"npm",
		["--prefix", project, "start", "--", "--config", "none.yaml"],
		{ cwd: folder, stdio: ["ignore", "ignore", "pipe"] },
	);
	let said = "";
	child.stderr.setEncoding("utf8").on("data", (text: string) => {
		said += text;
	});
	const [code] = await once(child, "close");
	assert.equal(code, 2, said);
	assert.match(said, /^onvifd: .*none\.yaml/m);
});
