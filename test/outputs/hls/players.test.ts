import assert from "node:assert/strict";
import { test } from "node:test";
import { run } from "../../helpers/run.ts";
import { encode, LiveStream } from "../../rtsp/encoded-stream.ts";
import { serveStreams } from "../live-server.ts";

/** Each ends by itself after a few seconds of pictures; the address is put in the place of URL. */
const players = {
	mpv: "mpv --no-config --vo=null --length=2 URL",
	GStreamer:
		"gst-launch-1.0 uridecodebin3 uri=URL ! videoconvert ! identity eos-after=60 ! fakesink",
};

for (const [name, line] of Object.entries(players))
	test(`${name} plays HLS`, async (t) => {
		const stream = new LiveStream(t, encode("H264"));
		const { url } = await serveStreams(t, { main: stream });
		const [program = "", ...args] = line
			.replace("URL", `${url}/hls/main/index.m3u8`)
			.split(" ");
		const { code, stdout, stderr } = await run(program, args);
		assert.equal(code, 0, stderr);
		assert.match(stdout.toString(), /VO: \[null\] 320x240|Got EOS/);
	});
