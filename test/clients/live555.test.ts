import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, type TestContext, test } from "node:test";
import { freePort } from "../helpers/free-port.ts";
import { until } from "../helpers/media.ts";

import { probe } from "../helpers/probe.ts";
import { run } from "../helpers/run.ts";
import {
	administrator,
	type RunningService,
	startService,
} from "../helpers/service.ts";

/** The library of VLC and of many recorders. Debian 12 has no package of it, others call it livemedia-utils. */
const missing =
	spawnSync("sh", [
		"-c",
		"command -v openRTSP && command -v live555ProxyServer",
	]).status !== 0 && "live555 (livemedia-utils) is not installed";

const size = { width: 640, height: 360, frameRate: 15 };
const login = ["-u", administrator.name, administrator.password];

/** Ends with the test. */
function start(
	t: TestContext,
	file: string,
	args: readonly string[],
	cwd: string,
): { readonly process: ChildProcess; said(): string } {
	let said = "";
	const child = spawn(file, args, { cwd, stdio: ["ignore", "pipe", "pipe"] });
	for (const stream of [child.stdout, child.stderr])
		stream.setEncoding("utf8").on("data", (text: string) => {
			said += text;
		});
	t.after(() => child.kill("SIGKILL"));
	return { process: child, said: () => said };
}

function folder(t: TestContext): string {
	const name = mkdtempSync(join(tmpdir(), "onvifd-live555-"));
	t.after(() => rmSync(name, { recursive: true, force: true }));
	return name;
}

const fileOf = (kind: string, where: string) =>
	join(where, readdirSync(where).find((one) => one.startsWith(kind)) ?? "");

async function frames(file: string): Promise<number> {
	const { code, stdout, stderr } = await run("ffprobe", [
		...["-v", "error", "-count_frames", "-show_entries"],
		...["stream=nb_read_frames", "-of", "csv=p=0", file],
	]);
	assert.equal(code, 0, stderr);
	return Number(stdout.toString());
}

describe("live555", { skip: missing }, () => {
	let service: RunningService;
	before(async () => {
		service = await startService({
			config: {
				source: { test: { pattern: "ball" } },
				audio: { source: "test", encoding: "AAC" },
				profiles: [
					{ token: "main", encoding: "H264", ...size, govLength: 15 },
					{ token: "jpeg", encoding: "JPEG", ...size },
				],
			},
		});
	});
	after(() => service.remove());

	for (const profile of ["main", "jpeg"])
		for (const way of ["UDP", "TCP", "HTTP"])
			test(`openRTSP writes ${profile} and its sound over ${way}`, async (t) => {
				const where = folder(t);
				const ways: Record<string, string[]> = {
					TCP: ["-t"],
					HTTP: ["-T", String(service.http)],
				};
				const { process, said } = start(
					t,
					"openRTSP",
					[
						...(ways[way] ?? []),
						...login,
						`rtsp://127.0.0.1:${service.rtsp}/${profile}`,
					],
					where,
				);
				const octets = (kind: string) => {
					const file = fileOf(kind, where);
					return file === where ? 0 : statSync(file).size;
				};
				await until(
					() => octets("video") > 80_000 && octets("audio") > 4000,
					`pictures and sound: ${said()}`,
				);
				// It says TEARDOWN by that.
				process.kill("SIGHUP");
				await until(() => process.exitCode !== null, "it ends");
				assert.ok((await frames(fileOf("video", where))) > 5);
			});

	test("its proxy shows each profile, again after nobody watched, and can be a camera of ours", async (t) => {
		const port = await freePort();
		const addresses = ["main", "jpeg"].map(
			(profile) => `rtsp://127.0.0.1:${service.rtsp}/${profile}`,
		);
		const proxy = start(
			t,
			"live555ProxyServer",
			["-t", "-p", String(port), ...login, ...addresses],
			folder(t),
		);
		await until(() => /proxyStream-2/.test(proxy.said()), "the proxy is there");
		const shown = `rtsp://127.0.0.1:${port}/proxyStream`;
		for (const round of [1, 2])
			for (const [number, codec] of [
				[1, "h264"],
				[2, "mjpeg"],
			]) {
				const stream = await probe([
					...["-rtsp_transport", "tcp", `${shown}-${number}`],
				]);
				assert.deepEqual(
					[stream.codec_name, stream.width, stream.height],
					[codec, size.width, size.height],
					`round ${round}`,
				);
			}
		const again = await startService({
			config: {
				source: { rtsp: { url: `${shown}-1` } },
				profiles: [{ token: "main", encoding: "H264", ...size }],
			},
		});
		t.after(() => again.remove());
		const { code, stderr } = await run("ffmpeg", [
			...["-v", "error", "-nostdin", "-rtsp_transport", "tcp"],
			...["-i", `${again.rtspUrl}/main`, "-frames:v", "20", "-f", "null", "-"],
		]);
		assert.equal(code, 0, stderr);
	});
});
