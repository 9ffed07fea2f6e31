import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { test } from "node:test";
import { execa } from "execa";
import { Cam } from "onvif/promises/index.js";
import { until } from "../helpers/media.ts";
import { probe } from "../helpers/probe.ts";
import {
	administrator,
	type RunningService,
	startService,
} from "../helpers/service.ts";

/** GStreamer's plug-ins, those left out that encode H.264. */
async function withoutEncoders(folder: string): Promise<void> {
	const { stdout } = await execa("gst-inspect-1.0", ["coreelements"]);
	const file = /^ *Filename +(\S+)$/m.exec(stdout)?.[1];
	assert.ok(file, stdout);
	for (const name of readdirSync(dirname(file)))
		if (!/264|libav|nvcodec|va(api)?\.so|omx|msdk|qsv|cedar/.test(name))
			symlinkSync(join(dirname(file), name), join(folder, basename(name)));
}

test("without an H.264 encoder it is not offered, its profile says why, and JPEG goes on", async (t) => {
	const plugins = mkdtempSync(join(tmpdir(), "onvifd-test-"));
	let service: RunningService | undefined;
	// Who uses the plug-ins goes first.
	t.after(async () => {
		await service?.remove();
		rmSync(plugins, { recursive: true });
	});
	await withoutEncoders(plugins);
	const env = {
		GST_PLUGIN_SYSTEM_PATH_1_0: plugins,
		GST_REGISTRY_1_0: join(plugins, "registry.bin"),
	};
	// The first look at all plug-ins takes longer than a start waits for it where the machine is busy.
	await execa("gst-inspect-1.0", ["coreelements"], { env });
	const size = { width: 320, height: 240, frameRate: 5 };
	service = await startService({
		config: {
			source: { test: {} },
			profiles: [
				{ token: "main", encoding: "H264", ...size },
				{ token: "jpeg", encoding: "JPEG", ...size },
			],
		},
		env,
	});
	const { stderr, http, rtspUrl } = service;
	for (const line of [
		/error a stream has no encoder and will give no picture stream=main-encoder wanted="H.264 320x240" reason=".*x264enc is missing: apt-get install gstreamer1\.0-plugins-ugly"/,
		/info stream path stream=jpeg-encoder path="test picture, jpegenc"/,
	])
		await until(() => line.test(stderr()), `${line}`);

	const camera = new Cam({
		hostname: "127.0.0.1",
		port: http,
		username: administrator.name,
		password: administrator.password,
		autoconnect: false,
	});
	await camera.connect();
	const options =
		await camera.getVideoEncoderConfigurationOptions("main-encoder");
	assert.ok("JPEG" in options, JSON.stringify(options));
	assert.ok(!("H264" in options), JSON.stringify(options));

	const video = await probe(["-rtsp_transport", "tcp", `${rtspUrl}/jpeg`]);
	assert.equal(video.codec_name, "mjpeg");
});
