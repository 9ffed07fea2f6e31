import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { after, before, describe, test } from "node:test";
import { createWebSocketStream, WebSocket } from "ws";
import { until } from "../helpers/media.ts";
import { playToEnd } from "../helpers/rtspsrc.ts";
import { run, runPlayer } from "../helpers/run.ts";
import {
	administrator,
	type RunningService,
	startService,
} from "../helpers/service.ts";
import { openPage } from "../outputs/chromium.ts";
import { RtspClient } from "../rtsp/rtsp-client.ts";

const profiles = [
	{ token: "sub", codec: "h264", width: 640, height: 360 },
	{ token: "jpeg", codec: "mjpeg", width: 640, height: 360 },
] as const;

describe("players through RTSP over HTTP", () => {
	let service: RunningService;
	before(async () => {
		service = await startService();
	});
	after(() => service.remove());

	const urlOf = (port: "http" | "rtsp", token: string) =>
		service.rtspUrl.replace(/:\d+$/, `:${service[port]}/${token}`);

	for (const [port, { token, codec, width, height }] of [
		["http", profiles[0]],
		["http", profiles[1]],
		["rtsp", profiles[0]],
	] as const) {
		test(`ffmpeg plays ${token} on the ${port} port`, async () => {
			const { code, stdout, stderr } = await runPlayer("ffmpeg", [
				...["-v", "warning", "-nostdin", "-rtsp_transport", "http"],
				...["-i", urlOf(port, token), "-frames:v", "20", "-c", "copy"],
				...["-f", "framecrc", "-"],
			]);
			assert.equal(code, 0, stderr);
			assert.equal(stderr.replace(/.*deprecated.*\n/g, ""), "");
			const text = stdout.toString();
			assert.match(text, new RegExp(`#codec_id 0: ${codec}`));
			assert.match(text, new RegExp(`#dimensions 0: ${width}x${height}`));
			assert.equal(text.match(/^0,/gm)?.length, 20);
		});
		test(`GStreamer's rtspsrc plays ${token} on the ${port} port`, async () => {
			await playToEnd([
				// Its scheme for it; the property `protocols` alone opens no tunnel.
				`location=rtsph://127.0.0.1:${service[port]}/${token}`,
				`user-id=${administrator.name}`,
				`user-pw=${administrator.password}`,
				"latency=0",
				"!",
				"decodebin",
				"!",
				"fakesink",
				"num-buffers=10",
			]);
		});
	}

	test("mpv on the http port", async () => {
		const { code, stdout, stderr } = await runPlayer("mpv", [
			...["--no-config", "--vo=null", "--ao=null", "--frames=20"],
			...["--rtsp-transport=http", "--msg-level=all=warn"],
			urlOf("http", "sub"),
		]);
		assert.equal(code, 0, `${stdout}${stderr}`);
	});

	test("a WebSocket carries what a tunnel does", async (t) => {
		const socket = new WebSocket(
			`ws://127.0.0.1:${service.http}/rtsp-over-websocket`,
			"rtsp.onvif.org",
		);
		t.after(() => socket.terminate());
		const stream = createWebSocketStream(socket);
		stream.on("error", () => {});
		await once(socket, "open");
		const client = new RtspClient(stream);
		client.login = {
			user: administrator.name,
			password: administrator.password,
		};
		await client.play(`rtsp://127.0.0.1:${service.http}/sub`);
		const pictures = () =>
			new Set(
				client.packets
					.filter(({ channel }) => channel === 0)
					.map(({ data }) => data.readUInt32BE(4)),
			).size;
		await until(() => pictures() >= 20, "20 pictures");
	});

	test("a page of another address speaks RTSP over WebSocket", async (t) => {
		// To a browser another name is another site.
		const page = await openPage(t, `http://localhost:${service.http}/none`);
		const answer = await page.evaluate(
			(url) =>
				new Promise<string>((resolve) => {
					const socket = new WebSocket(url, "rtsp.onvif.org");
					socket.binaryType = "arraybuffer";
					socket.onclose = ({ code }) => resolve(`closed with ${code}`);
					socket.onmessage = ({ data }) =>
						resolve(
							data instanceof ArrayBuffer
								? new TextDecoder().decode(data)
								: "not binary",
						);
					socket.onopen = () =>
						socket.send("DESCRIBE /sub RTSP/1.0\r\nCSeq: 1\r\n\r\n");
				}),
			`ws://127.0.0.1:${service.http}/rtsp-over-websocket`,
		);
		assert.match(answer, /^RTSP\/1\.0 401 .*WWW-Authenticate: Digest /s);
	});

	test("half a tunnel on a connection that was used before gets 400", async () => {
		const socket = connect(service.http, "127.0.0.1");
		let text = "";
		socket.on("data", (chunk) => {
			text += chunk.toString();
		});
		socket.write("GET /none HTTP/1.1\r\nHost: h\r\n\r\n");
		await until(() => /^HTTP\/1\.1 404 /.test(text), "an answer");
		socket.write(
			"GET /sub HTTP/1.1\r\nHost: h\r\nx-sessioncookie: late\r\n\r\n",
		);
		await once(socket, "close");
		assert.match(text, /HTTP\/1\.1 400 .*connections of their own/s);
	});

	test("a wrong password plays nothing", async () => {
		const wrong = `rtsp://admin:swordfish9@127.0.0.1:${service.http}/sub`;
		const { stderr } = await run("ffprobe", [
			...["-v", "error", "-rtsp_transport", "http", wrong],
		]);
		assert.match(stderr, /401 Unauthorized/);
		assert.ok(!service.stderr().includes("swordfish9"));
	});

	test("whoever left is forgotten, and the service stops while others watch", async () => {
		const count = () =>
			service.stderr().match(/RTSP session plays/g)?.length ?? 0;
		const played = count();
		const watching = runPlayer("ffmpeg", [
			...["-v", "error", "-nostdin", "-rtsp_transport", "http"],
			...["-i", urlOf("http", "sub")],
			...["-c", "copy", "-f", "null", "-"],
		]);
		await until(() => count() > played, "somebody watches");
		const ended = () => service.stderr().match(/RTSP session ended/g)?.length;
		await until(() => ended() === played, "the others are forgotten");
		const { code } = await service.stop();
		assert.equal(code, 0);
		await watching;
	});
});
