import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import test from "node:test";
import { promisify } from "node:util";
import { patienceMs } from "../helpers/patience.ts";
import { playToEnd } from "../helpers/rtspsrc.ts";
import { encode, LiveStream } from "./encoded-stream.ts";
import { startServer, until } from "./start-server.ts";

const run = promisify(execFile);
const limit = { timeout: patienceMs, killSignal: "SIGKILL" } as const;
const encoded = { H264: encode("H264"), JPEG: encode("JPEG") };

function withLogin(url: string, login: string): string {
	return url.replace("rtsp://", `rtsp://${login}@`);
}

for (const transport of ["tcp", "udp"] as const)
	for (const encoding of ["H264", "JPEG"] as const) {
		test(`ffmpeg plays ${encoding} over ${transport}`, async (t) => {
			const stream = new LiveStream(t, encoded[encoding]);
			await until("a group of pictures", () => stream.fed > 40);
			const { url, server } = await startServer(t, {
				streams: { main: stream },
			});
			const source = withLogin(url, "admin:sesame%201:2");
			const { stdout } = await run(
				"ffprobe",
				// biome-ignore format: as one would type it
				["-v", "error", "-rtsp_transport", transport, "-show_entries", "stream=codec_name,width,height,avg_frame_rate", "-of", "compact=p=0", source],
				limit,
			);
			const codec = encoding === "H264" ? "h264" : "mjpeg";
			assert.equal(
				stdout.trim(),
				`codec_name=${codec}|width=320|height=240|avg_frame_rate=25/1`,
			);
			const played = await run(
				"ffmpeg",
				// biome-ignore format: as one would type it
				["-v", "warning", "-nostdin", "-rtsp_transport", transport, "-i", source, "-frames:v", "60", "-c", "copy", "-f", "framecrc", "-"],
				limit,
			);
			assert.equal(played.stderr.replace(/.*deprecated.*\n/g, ""), "");
			const frames = played.stdout.split("\n").filter((l) => /^0,/.test(l));
			assert.equal(frames.length, 60);
			await until("the sessions' end", () => server.sessions === 0);
			assert.equal(stream.viewers, 0);
		});

		test(`rtspsrc plays ${encoding} over ${transport}`, async (t) => {
			const stream = new LiveStream(t, encoded[encoding]);
			await until("a group of pictures", () => stream.fed > 30);
			const { url, server } = await startServer(t, {
				streams: { main: stream },
			});
			const depay =
				encoding === "H264"
					? "rtph264depay ! avdec_h264"
					: "rtpjpegdepay ! jpegdec";
			const line = `location=${url} user-id=viewer user-pw=look protocols=${transport} latency=50 ! ${depay} ! identity eos-after=40 ! fakesink`;
			await playToEnd(line.split(" "));
			await until("the session's end", () => server.sessions === 0);
		});
	}

test("ffprobe with a wrong password and without one is refused", async (t) => {
	const stream = new LiveStream(t, encoded.H264);
	const { url, logged } = await startServer(t, { streams: { main: stream } });
	for (const source of [url, withLogin(url, "admin:wrong")])
		await assert.rejects(
			run("ffprobe", ["-v", "error", source], limit),
			/401 Unauthorized/,
		);
	assert.ok(logged.some(({ fields }) => fields?.reason === "wrong password"));
	assert.equal(stream.viewers, 0);
});

test("rtspsrc with a wrong password is refused", async (t) => {
	const stream = new LiveStream(t, encoded.H264);
	const { url } = await startServer(t, { streams: { main: stream } });
	const line = `-q rtspsrc location=${url} user-id=viewer user-pw=wrong ! fakesink`;
	await assert.rejects(
		run("gst-launch-1.0", line.split(" "), limit),
		/[Uu]nauthorized/,
	);
});
