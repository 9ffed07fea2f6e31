import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { payloadType } from "../../src/media/rtp/packet.ts";
import { gstreamerChildren } from "../helpers/children.ts";
import { setEncoder } from "../helpers/encoder-settings.ts";
import { until } from "../helpers/media.ts";
import { playToEnd } from "../helpers/rtspsrc.ts";
import { askAgain, run } from "../helpers/run.ts";
import {
	administrator,
	type RunningService,
	startService,
} from "../helpers/service.ts";
import { RtspClient } from "../rtsp/rtsp-client.ts";
import { FfmpegViewer } from "./ffmpeg-viewer.ts";
import { longestStep, Watching } from "./watching.ts";

const h264 = { width: 320, height: 240, frameRate: 15, bitrateKbit: 300 };

/** Width and height of the profile's snapshot. */
async function pictureOf(service: RunningService): Promise<[number, number]> {
	const { name, password } = administrator;
	const login = ["--digest", "-u", `${name}:${password}`];
	const { stdout, stderr } = await run("curl", [
		...["-sS", "--fail", ...askAgain, ...login],
		`${service.url}/snapshot/main`,
	]);
	const at = stdout.indexOf(Buffer.from([0xff, 0xc0]));
	assert.ok(at > 0, stderr);
	return [stdout.readUInt16BE(at + 7), stdout.readUInt16BE(at + 5)];
}

describe("new settings while somebody watches", () => {
	let service: RunningService;
	before(async () => {
		service = await startService({
			config: {
				profiles: [
					{ token: "main", encoding: "H264", width: 640, height: 360 },
					{ token: "sub", encoding: "H264", ...h264 },
					{ token: "jpeg", encoding: "JPEG", ...h264 },
				],
			},
		});
	});
	after(() => service.remove());

	test("sizes and rates: sessions over TCP and UDP go on, and other profiles do not notice", async (t) => {
		const [tcp, udp, sub, jpeg] = await Promise.all([
			Watching.start(t, service, "main", "tcp"),
			Watching.start(t, service, "main", "udp"),
			Watching.start(t, service, "sub", "tcp"),
			Watching.start(t, service, "jpeg", "udp"),
		]);
		const all = [tcp, udp, sub, jpeg];
		await until(() => all.every(({ rtp }) => rtp.length > 20), "all watch");
		const { captures } = gstreamerChildren(service.pid);
		const pids = () =>
			gstreamerChildren(service.pid).encoders.map(({ pid }) => pid);
		const sizes = [
			[320, 180, 10],
			[640, 360, 15],
		] as const;
		// When an encoder leaves, GStreamer 1.22's shmsink may read another's word twice and close that one too, which
		// comes back in half a second. It does so now and then; if we did, it would be each time.
		let alone = 0;
		for (let turn = 0; turn < 2 || (alone === 0 && turn < 12); turn++) {
			const [width, height, frameRate] = sizes[turn % 2 === 0 ? 0 : 1];
			const before = pids();
			const from = performance.now();
			await setEncoder(service, "main-encoder", {
				encoding: "H264",
				width,
				height,
				frameRate,
			});
			const snapshot = pictureOf(service);
			await until(
				() =>
					[tcp, udp].every(
						(one) => one.pictures.width === width && one.gap(from) > 0,
					),
				`${width} pixels in the sets of both`,
			);
			const counts = all.map(({ rtp }) => rtp.length);
			await until(
				() => all.every(({ rtp }, i) => rtp.length > (counts[i] ?? 0) + 20),
				"all go on",
			);
			assert.deepEqual(await snapshot, [width, height]);
			if (pids().filter((pid) => before.includes(pid)).length === 2) alone++;
			t.diagnostic(
				`to ${width}x${height}: longest pause over TCP ${tcp.gap(from).toFixed()} ms, over UDP ${udp.gap(from).toFixed()} ms; of other profiles ${sub.gap(from).toFixed()} and ${jpeg.gap(from).toFixed()} ms, ${longestStep(sub.rtp) / 90} ms of RTP time`,
			);
		}
		for (const one of all) one.check();
		for (const one of [tcp, udp]) {
			const { keys, bare } = one.pictures;
			assert.ok(keys > 2);
			assert.ok(bare <= one.dropped, "parameter sets before each key frame");
		}
		const now = gstreamerChildren(service.pid);
		assert.deepEqual(now.captures, captures, "the capture runs on");
		await until(() => pids().length === 3, "one encoder each");
		assert.ok(alone > 0, `and the other encoders: ${service.stderr()}`);
	});

	test("ffmpeg decodes on through another size", async () => {
		const viewers = (["tcp", "udp"] as const).map(
			(transport) =>
				new FfmpegViewer(`${service.rtspUrl}/main`, {
					transport,
					decode: true,
				}),
		);
		try {
			const more = async (count: number) => {
				const from = viewers.map(({ frames }) => frames);
				await until(
					() => viewers.every((one, i) => one.frames > (from[i] ?? 0) + count),
					"ffmpeg decodes",
				);
			};
			await more(10);
			const size = { width: 320, height: 180, frameRate: 10 };
			await setEncoder(service, "main-encoder", { encoding: "H264", ...size });
			await more(30);
			const said = viewers.map((one) => one.said).join("");
			assert.doesNotMatch(said, /error|corrupt|concealing|Invalid/i);
		} finally {
			await Promise.all(viewers.map((one) => one.end()));
		}
	});

	test("GStreamer decodes on through another size", async () => {
		const plays = () => service.stderr().split("RTSP session plays").length;
		const before = plays();
		const played = playToEnd([
			`location=rtsp://127.0.0.1:${service.rtsp}/main`,
			`user-id=${administrator.name}`,
			`user-pw=${administrator.password}`,
			...["protocols=tcp", "!", "rtph264depay", "!", "avdec_h264", "!"],
			...["identity", "eos-after=45", "!", "fakesink"],
		]);
		await until(() => plays() > before, "GStreamer plays");
		const size = { width: 640, height: 360, frameRate: 15 };
		await setEncoder(service, "main-encoder", { encoding: "H264", ...size });
		await played;
	});

	test("another encoding ends the profile's sessions, and a new DESCRIBE tells it", async (t) => {
		const [tcp, udp, sub, waiting] = await Promise.all([
			Watching.start(t, service, "main", "tcp"),
			Watching.start(t, service, "main", "udp"),
			Watching.start(t, service, "sub", "tcp"),
			RtspClient.connect(t, service.rtsp),
		]);
		// Set up, and not played yet: what it was told of the stream is no longer so.
		waiting.login = tcp.client.login;
		const prepared = await waiting.request("SETUP", `${tcp.url}/trackID=0`, {
			Transport: "RTP/AVP/TCP;unicast;interleaved=0-1",
		});
		const Session = prepared.headers.get("session")?.[0]?.split(";")[0] ?? "";
		await until(
			() => [tcp, udp, sub].every(({ rtp }) => rtp.length > 20),
			"all watch",
		);
		const size = { width: 320, height: 240, frameRate: 10 };
		await setEncoder(service, "main-encoder", { encoding: "JPEG", ...size });
		await until(() => tcp.client.closed, "the connection that carried it ends");
		const isBye = (packet: Buffer) =>
			packet.includes(Buffer.from([0x81, 203, 0, 1]));
		await until(() => udp.rtcp.some(isBye), "a BYE over UDP");
		const alive = await udp.client.request("GET_PARAMETER", udp.url, {
			Session: udp.session,
		});
		assert.equal(alive.status, 454);
		const late = await waiting
			.request("PLAY", `${tcp.url}/`, { Session })
			.catch(() => undefined);
		assert.ok(late === undefined || late.status === 454);
		for (const { packet } of [...tcp.rtp, ...udp.rtp])
			assert.equal(payloadType(packet), 96, "nothing that was not agreed");
		await until(
			() => /RTSP session ended.*encoding was changed/.test(service.stderr()),
			"the log says why",
		);
		const described = await udp.client.request("DESCRIBE", udp.url);
		assert.match(described.body, /m=video 0 RTP\/AVP 26/);
		const again = await Watching.start(t, service, "main", "udp");
		await until(() => again.rtp.length > 20, "JPEG");
		again.check();
		sub.check();
		assert.equal(sub.client.closed, false);
		await setEncoder(service, "main-encoder", { encoding: "H264", ...size });
		await until(() => again.rtcp.some(isBye), "a BYE to who watched JPEG");
		const back = await Watching.start(t, service, "main", "tcp");
		await until(() => back.pictures.keys > 0, "H.264 again");
	});
});
