import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { extensionOf, jpegSize } from "../../src/media/rtp/jpeg-extension.ts";
import { marker } from "../../src/media/rtp/packet.ts";
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

const { name: user, password } = administrator;

/** Wider than RTP/JPEG's own header can tell, and few pixels, since it is encoded here. */
const size = { width: 2560, height: 64 };

describe("JPEG wider than 2,040 pixels", () => {
	let service: RunningService;
	before(async () => {
		const profile = { token: "wide", encoding: "H264", frameRate: 5, ...size };
		service = await startService({ config: { profiles: [profile] } });
		const wanted = { encoding: "JPEG", frameRate: 5, ...size } as const;
		await setEncoder(service, "wide-encoder", wanted);
	});
	after(() => service.remove());

	test("RTSS-1-1-53: each picture's first packet says the size, in ONVIF's header extension", async (t) => {
		const client = await RtspClient.connect(t, service.rtsp);
		client.login = { user, password };
		const url = `rtsp://127.0.0.1:${service.rtsp}/wide`;
		const described = await client.describe(url);
		assert.match(described.body, /\r\na=x-dimensions:2560,64\r\n/);
		await client.play(url);
		const ends = () =>
			client.packets.filter(
				({ channel, data }) => channel === 0 && marker(data),
			).length;
		await until(() => ends() > 3, "four pictures");
		const packets = client.packets
			.filter(({ channel }) => channel === 0)
			.map(({ data }) => data);
		let first = true;
		for (const packet of packets) {
			assert.equal(extensionOf(packet) !== undefined, first);
			if (first) assert.deepEqual(jpegSize(packet), size);
			first = marker(packet);
		}
	});

	test("GStreamer decodes it", () =>
		playToEnd([
			`location=rtsp://127.0.0.1:${service.rtsp}/wide`,
			...[`user-id=${user}`, `user-pw=${password}`, "protocols=tcp"],
			...["!", "rtpjpegdepay", "!", "jpegdec", "!"],
			...["video/x-raw,width=2560,height=64", "!"],
			...["identity", "eos-after=5", "!", "fakesink"],
		]));

	test("a snapshot of the running stream is whole", async (t) => {
		const client = await RtspClient.connect(t, service.rtsp);
		client.login = { user, password };
		await client.play(`rtsp://127.0.0.1:${service.rtsp}/wide`);
		await until(() => client.packets.length > 20, "it runs");
		const source = `${service.url}/snapshot/wide`;
		const login = ["--digest", "-u", `${user}:${password}`];
		const file = `${service.stateDir}/picture.jpg`;
		const line = ["-sS", "--fail", ...askAgain, ...login, "-o", file, source];
		const got = await run("curl", line);
		assert.equal(got.code, 0, got.stderr);
		const { stdout, stderr } = await run(
			"ffmpeg",
			// biome-ignore format: as one would type it
			["-v", "warning", "-i", file, "-f", "rawvideo", "-pix_fmt", "gray", "-"],
		);
		assert.doesNotMatch(stderr, /error|invalid|corrupt|overread/i);
		assert.equal(stdout.length, size.width * size.height);
	});
});
