import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "../helpers/media.ts";
import { probe } from "../helpers/probe.ts";
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
	const { codec_name, width, height } = await probe([
		...["-rtsp_transport", "tcp", `${rtspUrl}/main`],
	]);
	assert.deepEqual([codec_name, width, height], ["h264", 320, 240]);
});
