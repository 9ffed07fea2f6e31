import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, describe, test } from "node:test";
import { until } from "../helpers/media.ts";
import { probe } from "../helpers/probe.ts";
import { run } from "../helpers/run.ts";

const project = resolve(import.meta.dirname, "../..");

describe("npm pack, npm install --global", () => {
	let folder: string;
	let installed: string;
	const npm = async (...args: string[]) => {
		const quiet = ["--prefix", folder, "--loglevel=error", "--no-audit"];
		const { code, stderr } = await run("npm", [...args, ...quiet]);
		assert.equal(code, 0, stderr);
	};
	before(async () => {
		folder = mkdtempSync(join(tmpdir(), "onvifd-install-"));
		installed = join(folder, "bin/onvifd");
		// The scripts would build again what the tests have.
		const pack = ["pack", project, "--ignore-scripts"];
		await npm(...pack, "--pack-destination", folder);
		const [file = ""] = readdirSync(folder).filter((name) =>
			name.endsWith(".tgz"),
		);
		// Without a registry: it is one package, and needs no other.
		await npm("install", "--global", "--offline", join(folder, file));
	});
	after(() => rmSync(folder, { recursive: true, force: true }));

	test("one package is installed, with the licences of what it holds", () => {
		const packages = join(folder, "lib/node_modules");
		assert.deepEqual(
			readdirSync(packages).filter((name) => !name.startsWith(".")),
			["onvifd"],
		);
		const files = readdirSync(join(packages, "onvifd"));
		assert.ok(!files.includes("node_modules"));
		assert.ok(
			readdirSync(join(packages, "onvifd/dist")).includes("LICENSES.txt"),
		);
	});

	test("onvifd --help", async () => {
		const { code, stdout } = await run(installed, ["--help"]);
		assert.equal(code, 0);
		assert.match(stdout.toString(), /^onvifd \d+\.\d+\.\d+: .*\n\nUsage:/);
	});

	test("onvifd run: ffprobe reads its picture", async (t) => {
		const config = join(folder, "camera.yaml");
		writeFileSync(
			config,
			[
				`stateDir: ${folder}/state`,
				"http: { port: 0, host: 127.0.0.1 }",
				"rtsp: { port: 0, host: 127.0.0.1 }",
				"discovery: { wsDiscovery: false, mdns: false }",
				"users: [{ name: admin, password: look at it, level: Administrator }]",
			].join("\n"),
			{ mode: 0o600 },
		);
		const child = spawn(installed, ["run", "--config", config], {
			stdio: ["ignore", "pipe", "pipe"],
		});
		let said = "";
		for (const stream of [child.stdout, child.stderr])
			stream.setEncoding("utf8").on("data", (text: string) => {
				said += text;
			});
		const ended = new Promise((settle) => child.once("exit", settle));
		t.after(() => {
			child.kill();
			return ended;
		});
		const port = () => /rtsp:\/\/[^/\s]+:(\d+)/.exec(said)?.[1];
		await until(
			() => child.exitCode !== null || port() !== undefined,
			"it listens",
		);
		assert.equal(child.exitCode, null, said);
		const stream = await probe([
			...["-rtsp_transport", "tcp"],
			`rtsp://admin:look%20at%20it@127.0.0.1:${port()}/main`,
		]);
		assert.deepEqual([stream.codec_name, stream.width], ["h264", 1280]);
	});
});
