import assert from "node:assert/strict";
import { test } from "node:test";
import { playToEnd } from "../helpers/rtspsrc.ts";
import { startService } from "../helpers/service.ts";

for (const protocol of ["tcp", "udp"])
	test(`GStreamer's rtspsrc sets up the back channel beside what it plays, over ${protocol}`, async () => {
		const service = await startService({
			config: {
				profiles: [
					{ token: "main", encoding: "H264", width: 320, height: 240 },
				],
				audio: { source: "test", output: "test" },
			},
		});
		try {
			const url = new URL(`${service.rtspUrl}/main`);
			const login = [
				`user-id=${url.username}`,
				`user-pw=${decodeURIComponent(url.password)}`,
			];
			url.username = "";
			url.password = "";
			await playToEnd([
				...["name=camera", "backchannel=onvif"],
				...[`location=${url}`, `protocols=${protocol}`, ...login],
				..."camera. ! application/x-rtp,media=video ! decodebin ! identity eos-after=10 ! fakesink".split(
					" ",
				),
			]);
			assert.doesNotMatch(service.stderr(), /refused/);
		} finally {
			await service.remove();
		}
	});
