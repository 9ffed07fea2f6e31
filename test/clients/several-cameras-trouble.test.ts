import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { stringify } from "yaml";
import { probe } from "../helpers/probe.ts";
import { run } from "../helpers/run.ts";
import { administrator, program, startService } from "../helpers/service.ts";
import { placesOf } from "./camera-places.ts";

describe("a camera that cannot", () => {
	const local = { host: "127.0.0.1" };

	test("have its port: one line that names its key, exit code 1", async () => {
		const holder = createServer().listen(0, "127.0.0.1");
		await once(holder, "listening");
		const address = holder.address();
		const port =
			address !== null && typeof address === "object" ? address.port : 0;
		const folder = mkdtempSync(join(tmpdir(), "onvifd-test-"));
		try {
			const file = join(folder, "config.yaml");
			const text = stringify({
				stateDir: folder,
				discovery: { wsDiscovery: false, mdns: false },
				http: { port: 0, ...local },
				rtsp: { port: 0, ...local },
				cameras: [{ token: "front" }, { token: "back", http: { port } }],
				users: [administrator],
			});
			writeFileSync(file, text, { mode: 0o600 });
			const { code, stderr } = await run(process.execPath, [
				...[program, "run", "--config", file],
			]);
			assert.equal(code, 1);
			assert.match(
				stderr,
				new RegExp(
					`^onvifd: HTTP port ${port} is in use.*cameras\\[1\\]\\.http\\.port.*\\n$`,
				),
			);
		} finally {
			holder.close();
			rmSync(folder, { recursive: true });
		}
	});

	test("have its interface: one line that names its key, exit code 1", async () => {
		await assert.rejects(
			startService({
				config: {
					http: {},
					rtsp: {},
					cameras: [{ token: "front", interface: "no-such-if" }],
				},
			}),
			/ended with 1: onvifd: there is no network interface no-such-if: make it, or set cameras\[0\]\.interface in the configuration\n$/,
		);
	});

	test("find its source: the other plays, and the log says whose it is", async () => {
		const service = await startService({
			config: {
				cameras: [
					{ token: "front", source: { v4l2: { device: "/dev/no-camera" } } },
					{ token: "back" },
				],
			},
		});
		try {
			const [, back] = placesOf(service);
			const url = `${back.rtsp}/sub`;
			const stream = await probe(["-rtsp_transport", "tcp", url]);
			assert.equal(stream.codec_name, "h264");
			assert.match(service.stderr(), /\/dev\/no-camera[^\n]* camera=front/);
			assert.doesNotMatch(service.stderr(), / error [^\n]*camera=back/);
		} finally {
			await service.remove();
		}
	});
});
