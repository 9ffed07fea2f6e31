import assert from "node:assert/strict";
import { once } from "node:events";
import {
	closeSync,
	mkdirSync,
	mkdtempSync,
	openSync,
	rmSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { gstreamerChildren } from "../helpers/children.ts";
import { until } from "../helpers/media.ts";
import { askAgain, run } from "../helpers/run.ts";
import { program, startService } from "../helpers/service.ts";

const onvifd = (...args: string[]) => run(process.execPath, [program, ...args]);

describe("start and stop", () => {
	let folder: string;
	before(() => {
		folder = mkdtempSync(join(tmpdir(), "onvifd-test-"));
	});
	after(() => rmSync(folder, { recursive: true, force: true }));
	const config = (name: string, text: string) => {
		const file = join(folder, `${name}.yaml`);
		writeFileSync(
			file,
			`stateDir: ${folder}/${name}\ndiscovery: { wsDiscovery: false, mdns: false }\n${text}`,
		);
		return file;
	};

	test("--version, --help and wrong usage", async () => {
		assert.match(
			(await onvifd("--version")).stdout.toString(),
			/^\d+\.\d+\.\d+\n$/,
		);
		assert.match(
			(await onvifd("--help")).stdout.toString(),
			/Usage:[\s\S]*Exit codes:/,
		);
		for (const args of [[], ["fly"], ["run", "--fast"], ["run", "twice"]]) {
			const { code, stderr } = await onvifd(...args);
			assert.equal(code, 2);
			assert.equal(stderr.trim().split("\n").length, 1, stderr);
		}
	});

	test("a bad configuration: one line, exit code 2", async () => {
		const { code, stderr } = await onvifd(
			"run",
			"--config",
			config("bad", "http: { port: soon }"),
		);
		assert.equal(code, 2);
		assert.match(stderr, /^onvifd: .*bad\.yaml: http\.port: .*\n$/);
	});

	test("a busy port: one line that says which and what to do, exit code 1", async () => {
		const holder = createServer().listen(0, "127.0.0.1");
		await once(holder, "listening");
		const address = holder.address();
		const port =
			address !== null && typeof address === "object" ? address.port : 0;
		try {
			const { code, stderr } = await onvifd(
				"run",
				"--config",
				config(
					"busy",
					`rtsp: { port: ${port}, host: 127.0.0.1 }\nhttp: { port: 0, host: 127.0.0.1 }`,
				),
			);
			assert.equal(code, 1);
			assert.match(
				stderr,
				new RegExp(`^onvifd: RTSP port ${port} is in use.*rtsp\\.port.*\\n$`),
			);
		} finally {
			holder.close();
		}
	});

	for (const [stateDir, why] of [
		["/proc/onvifd", "no folder can be made there"],
		["/dev/null/onvifd", "a file stands where a folder should be"],
	] as const)
		test(`a state folder below ${stateDir}: one line that says why, exit code 1`, async () => {
			const file = join(folder, "state.yaml");
			const user = "{ name: ann, password: long enough, level: User }";
			writeFileSync(
				file,
				`stateDir: ${stateDir}\nhttp: { port: 0 }\nrtsp: { port: 0 }\nusers: [${user}]\n`,
				{ mode: 0o600 },
			);
			const { code, stderr } = await onvifd("run", "--config", file);
			const last = stderr.trim().split("\n").at(-1) ?? "";
			assert.ok(
				last.startsWith(`onvifd: the state folder ${stateDir} `),
				stderr,
			);
			assert.ok(last.includes(`: ${why}; mend that, or set stateDir`), last);
			assert.ok(!stderr.includes("stack="), stderr);
			assert.equal(code, 1);
		});

	test("without GStreamer: one line that says what to install, exit code 1", async () => {
		const bin = join(folder, "bin");
		mkdirSync(bin);
		symlinkSync(process.execPath, join(bin, "node"));
		const { code, stderr } = await run("env", [
			`PATH=${bin}`,
			process.execPath,
			program,
			"run",
			"--config",
			config("bare", "rtsp: { port: 0 }\nhttp: { port: 0 }"),
		]);
		assert.equal(code, 1);
		assert.match(
			stderr,
			/^onvifd: gst-launch-1\.0 is missing: .*apt-get install.*gstreamer1\.0-tools.*\n$/,
		);
	});

	test("first start: an administrator with a password of its own, printed once, kept for the owner only", async () => {
		const service = await startService({ config: { users: [] } });
		const password = /password\s+(\S+)/.exec(service.stdout())?.[1];
		assert.ok(password && password.length >= 12);
		assert.ok(!service.stderr().includes(password));
		assert.equal(
			statSync(join(service.stateDir, "users.json")).mode & 0o777,
			0o600,
		);
		await service.stop();
		const again = await startService({
			config: { users: [] },
			stateDir: service.stateDir,
		});
		assert.ok(!again.stdout().includes(password));
		const shown = await run("curl", [
			"-sS",
			...askAgain,
			"--digest",
			"-u",
			`admin:${password}`,
			`${again.url}/snapshot/jpeg`,
			"-o",
			"/dev/null",
			"-w",
			"%{http_code}",
		]);
		assert.equal(shown.stdout.toString(), "200");
		await again.remove();
	});

	test("the start prints where the camera is, also by its public name", async (t) => {
		const publicUrl = "https://camera.example";
		const http = { port: 0, host: "127.0.0.1", publicUrl };
		const service = await startService({
			config: {
				http,
				discovery: { mdns: false, interfaces: ["nowhere0"] },
				multicast: { interfaces: ["nowhere0"] },
			},
		});
		t.after(() => service.remove());
		const told = /warn (\w+)\.interfaces names nowhere0, which .* has lo/g;
		// What it writes to stderr may be read after what it writes to stdout.
		await until(
			() => [...service.stderr().matchAll(told)].length === 2,
			"both are told",
		);
		assert.deepEqual(
			[...service.stderr().matchAll(told)].map(([, key]) => key),
			["discovery", "multicast"],
		);
		const page = `  page      ${service.url}/\n            ${publicUrl}/\n`;
		assert.ok(service.stdout().includes(page), service.stdout());
		const main = `rtsp://127.0.0.1:${service.rtsp}/main   H264`;
		assert.ok(service.stdout().includes(main), service.stdout());
	});

	test("a full disk below the log and a reader that went do not end it", async () => {
		const full = openSync("/dev/full", "w");
		const service = await startService({ logTo: full });
		closeSync(full);
		service.process.stdout?.destroy();
		// Refused logins are logged.
		for (let n = 0; n < 3; n++)
			assert.equal((await fetch(`${service.url}/snapshot/jpeg`)).status, 401);
		const wrong = ["--digest", "-u", "admin:wrong", "-w", "%{http_code}"];
		const url = `${service.url}/snapshot/jpeg`;
		for (let n = 0; n < 3; n++) {
			const { stdout } = await run("curl", ["-sS", ...wrong, url]);
			assert.match(stdout.toString(), /401$/);
		}
		const { code } = await service.stop();
		assert.equal(code, 0);
		await service.remove();
	});

	for (const [words, code, message] of [
		["--help >/dev/full", 1, /^onvifd: what belongs on stdout .*: ENOSPC\n$/],
		[
			"--version >/dev/full",
			1,
			/^onvifd: what belongs on stdout .*: ENOSPC\n$/,
		],
		["--fly 2>/dev/full", 2, /^$/],
	] as const)
		test(`onvifd ${words}: exit code ${code}`, async () => {
			const line = `exec "$0" "$1" ${words}`;
			const ran = await run("sh", ["-c", line, process.execPath, program]);
			assert.match(ran.stderr, message);
			assert.equal(ran.code, code);
		});

	test("who reads the first line only gets no complaint", async () => {
		const line = '("$0" "$1" --help; echo "code $?" >&2) | true';
		const { stderr } = await run("sh", ["-c", line, process.execPath, program]);
		assert.equal(stderr, "code 0\n");
	});

	for (const signal of ["SIGTERM", "SIGINT"] as const)
		test(`${signal} stops it cleanly, viewers and children too`, async () => {
			const service = await startService();
			const viewer = run("ffmpeg", [
				"-v",
				"error",
				"-rtsp_transport",
				"tcp",
				"-i",
				`${service.rtspUrl}/main`,
				"-f",
				"null",
				"-",
			]);
			await until(
				() => gstreamerChildren(service.pid).encoders.length === 1,
				"somebody watches",
			);
			const children = [
				...gstreamerChildren(service.pid).captures,
				...gstreamerChildren(service.pid).encoders,
			];
			const { code } = await service.stop(signal);
			assert.equal(code, 0, service.stderr());
			await viewer;
			for (const { pid } of children) assert.throws(() => process.kill(pid, 0));
			await service.remove();
		});
});
