import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { after, before, describe, type TestContext, test } from "node:test";
import { sizeFromSps } from "../../src/media/relay/sps.ts";
import { AccessUnit } from "../../src/media/rtp/h264.ts";
import {
	isRtp,
	marker,
	payloadType,
	timestamp,
} from "../../src/media/rtp/packet.ts";
import { DeviceUnderTest, trt, tt } from "../conformance/device-under-test.ts";
import { gstreamerChildren } from "../helpers/children.ts";
import { until } from "../helpers/media.ts";
import { playToEnd } from "../helpers/rtspsrc.ts";
import { run } from "../helpers/run.ts";
import {
	administrator,
	type RunningService,
	startService,
} from "../helpers/service.ts";
import { Messages } from "../helpers/validate.ts";
import { RtspClient } from "../rtsp/rtsp-client.ts";
import { FfmpegViewer } from "./ffmpeg-viewer.ts";

const messages = new Messages();
const h264 = { width: 320, height: 240, frameRate: 15, bitrateKbit: 300 };

interface Settings {
	readonly encoding: "H264" | "JPEG";
	readonly width: number;
	readonly height: number;
	readonly frameRate: number;
}

/** SetVideoEncoderConfiguration of the profile `main`, as a client does it. */
async function set(
	service: RunningService,
	{ encoding, width, height, frameRate }: Settings,
): Promise<void> {
	const device = new DeviceUnderTest(service, messages);
	const answer = await device.ask(
		trt("SetVideoEncoderConfiguration", [
			trt(
				"Configuration",
				[
					tt("Name", "main"),
					tt("UseCount", "1"),
					tt("Encoding", encoding),
					tt("Resolution", [
						tt("Width", String(width)),
						tt("Height", String(height)),
					]),
					tt("Quality", "60"),
					tt("RateControl", [
						tt("FrameRateLimit", String(frameRate)),
						tt("EncodingInterval", "1"),
						tt("BitrateLimit", "200"),
					]),
					...(encoding === "H264"
						? [tt("H264", [tt("GovLength", "10"), tt("H264Profile", "Main")])]
						: []),
					tt("Multicast", [
						tt("Address", [tt("Type", "IPv4"), tt("IPv4Address", "0.0.0.0")]),
						tt("Port", "0"),
						tt("TTL", "1"),
						tt("AutoStart", "false"),
					]),
					tt("SessionTimeout", "PT60S"),
				],
				{ token: "main-encoder" },
			),
			trt("ForcePersistence", "true"),
		]),
	);
	assert.equal(answer.status, 200, answer.text);
}

interface Arrived {
	readonly packet: Buffer;
	/** Monotonic milliseconds. */
	readonly at: number;
}

/** A viewer to the letter, over either transport. */
class Watching {
	readonly client: RtspClient;
	readonly rtp: Arrived[] = [];
	readonly rtcp: Buffer[] = [];
	readonly url: string;
	session = "";

	constructor(client: RtspClient, url: string) {
		this.client = client;
		this.url = url;
	}

	static async start(
		t: TestContext,
		service: RunningService,
		profile: string,
		transport: "tcp" | "udp",
	): Promise<Watching> {
		const client = await RtspClient.connect(t, service.rtsp);
		client.login = {
			user: administrator.name,
			password: administrator.password,
		};
		const url = `rtsp://127.0.0.1:${service.rtsp}/${profile}`;
		const watching = new Watching(client, url);
		if (transport === "tcp") {
			client.socket.prependListener("data", () => {
				// Packets are taken apart by the client's own listener, behind this one.
				queueMicrotask(() => watching.#fromClient());
			});
			watching.session = await client.play(url);
			return watching;
		}
		const [rtp, rtcp] = [
			await watching.#socket(t, (packet) =>
				watching.rtp.push({ packet, at: performance.now() }),
			),
			await watching.#socket(t, (packet) => watching.rtcp.push(packet)),
		];
		watching.session = await client.play(
			url,
			`RTP/AVP;unicast;client_port=${rtp}-${rtcp}`,
		);
		return watching;
	}

	async #socket(
		t: TestContext,
		got: (packet: Buffer) => void,
	): Promise<number> {
		const socket = createSocket({ type: "udp4", recvBufferSize: 1 << 20 });
		socket.on("message", got);
		socket.bind(0, "127.0.0.1");
		await once(socket, "listening");
		t.after(() => socket.close());
		return socket.address().port;
	}

	#fromClient(): void {
		for (const { channel, data } of this.client.packets.splice(0))
			if (channel === 0) this.rtp.push({ packet: data, at: performance.now() });
			else this.rtcp.push(data);
	}

	/** The width that the last parameter sets tell, and whether sets stood before each key frame. */
	get pictures() {
		let width: number | undefined;
		let keys = 0;
		let bare = 0;
		for (const unit of this.#units()) {
			if (unit.sps) width = sizeFromSps(unit.sps)?.width;
			if (!unit.key) continue;
			keys++;
			if (!unit.sps || !unit.pps) bare++;
		}
		return { width, keys, bare };
	}

	*#units(): Iterable<AccessUnit> {
		let unit = new AccessUnit();
		for (const { packet } of this.rtp) {
			unit.add(packet);
			if (!marker(packet)) continue;
			yield unit;
			unit = new AccessUnit();
		}
	}

	/** Nothing is missing, and time goes on. */
	check(): void {
		const [first] = this.rtp;
		assert.ok(first);
		let before = first.packet;
		for (const { packet } of this.rtp.slice(1)) {
			assert.ok(isRtp(packet));
			assert.equal(packet.readUInt32BE(8), before.readUInt32BE(8), "one SSRC");
			assert.equal(
				packet.readUInt16BE(2),
				(before.readUInt16BE(2) + 1) & 0xffff,
				"sequence numbers go on",
			);
			const step = (timestamp(packet) - timestamp(before)) | 0;
			assert.ok(step >= 0, "time goes on");
			before = packet;
		}
	}

	/** Milliseconds without a packet, at the longest, from `since` on. */
	gap(since: number): number {
		const times = this.rtp.map(({ at }) => at);
		return Math.max(
			...times.map((at, index) =>
				at >= since ? at - (times[index - 1] ?? at) : 0,
			),
		);
	}
}

/** Width and height of the profile's snapshot. */
async function pictureOf(service: RunningService): Promise<[number, number]> {
	const { name, password } = administrator;
	const login = ["--digest", "-u", `${name}:${password}`];
	const { stdout, stderr } = await run("curl", [
		...["-sS", "--fail", ...login],
		`${service.url}/snapshot/main`,
	]);
	const at = stdout.indexOf(Buffer.from([0xff, 0xc0]));
	assert.ok(at > 0, stderr);
	return [stdout.readUInt16BE(at + 7), stdout.readUInt16BE(at + 5)];
}

/** Ticks from one frame to the next, at the longest. */
function longestStep(rtp: readonly Arrived[]): number {
	const times = rtp.map(({ packet }) => timestamp(packet));
	return Math.max(
		...times.map((time, index) => (time - (times[index - 1] ?? time)) | 0),
	);
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
		const encoders = gstreamerChildren(service.pid).encoders;
		const { captures } = gstreamerChildren(service.pid);
		for (const [width, height, frameRate] of [
			[320, 180, 10],
			[640, 360, 15],
		] as const) {
			const from = performance.now();
			await set(service, { encoding: "H264", width, height, frameRate });
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
			t.diagnostic(
				`to ${width}x${height}: longest pause over TCP ${tcp.gap(from).toFixed()} ms, over UDP ${udp.gap(from).toFixed()} ms; of other profiles ${sub.gap(from).toFixed()} and ${jpeg.gap(from).toFixed()} ms, ${longestStep(sub.rtp) / 90} ms of RTP time`,
			);
		}
		for (const one of all) one.check();
		for (const one of [tcp, udp]) {
			const { keys, bare } = one.pictures;
			assert.ok(keys > 2);
			assert.equal(bare, 0, "parameter sets before each key frame");
		}
		const now = gstreamerChildren(service.pid);
		assert.deepEqual(now.captures, captures, "the capture runs on");
		assert.equal(
			now.encoders.filter(({ pid }) => encoders.some((old) => old.pid === pid))
				.length,
			2,
			"and the other encoders",
		);
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
			await set(service, { encoding: "H264", ...size });
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
		await set(service, { encoding: "H264", ...size });
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
		await set(service, { encoding: "JPEG", ...size });
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
		assert.match(service.stderr(), /RTSP session ended.*encoding was changed/);
		const described = await udp.client.request("DESCRIBE", udp.url);
		assert.match(described.body, /m=video 0 RTP\/AVP 26/);
		const again = await Watching.start(t, service, "main", "udp");
		await until(() => again.rtp.length > 20, "JPEG");
		again.check();
		sub.check();
		assert.equal(sub.client.closed, false);
		await set(service, { encoding: "H264", ...size });
		await until(() => again.rtcp.some(isBye), "a BYE to who watched JPEG");
		const back = await Watching.start(t, service, "main", "tcp");
		await until(() => back.pictures.keys > 0, "H.264 again");
	});
});
