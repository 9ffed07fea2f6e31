import assert from "node:assert/strict";
import { test } from "node:test";
import { execa } from "execa";
import { until } from "../helpers/media.ts";
import { patienceMs } from "../helpers/patience.ts";
import { startService } from "../helpers/service.ts";

const size = { width: 320, height: 240, frameRate: 5 };

test("devices that are no camera, or not there: each is named with what to do, and another camera goes on", async (t) => {
	const { remove, stderr, rtspUrl } = await startService({
		config: {
			cameras: [
				["good", { test: {} }],
				["null", { v4l2: { device: "/dev/null" } }],
				["gone", { v4l2: { device: "/dev/v4l/by-id/none" } }],
			].map(([token, source]) => ({
				token,
				source,
				http: { port: 0, host: "127.0.0.1" },
				rtsp: { port: 0, host: "127.0.0.1" },
				profiles: [{ token: "main", encoding: "H264", ...size }],
			})),
		},
	});
	t.after(remove);
	for (const message of [
		/error \/dev\/null is no video device\. .+camera=null/,
		/error \/dev\/v4l\/by-id\/none is not there: is the camera plugged in\? .+camera=gone/,
	])
		await until(() => message.test(stderr()), String(message)).catch(
			(error: Error) => assert.fail(`${error.message}: ${stderr()}`),
		);
	const { stdout } = await execa(
		"ffprobe",
		// biome-ignore format: as one would type it
		["-v", "error", "-rtsp_transport", "tcp", "-show_entries", "stream=codec_name,width,height", "-of", "csv=p=0", `${rtspUrl}/main`],
		{ timeout: patienceMs, stdin: "ignore" },
	);
	assert.equal(stdout, "h264,320,240");
});
