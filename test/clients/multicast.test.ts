import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, type TestContext, test } from "node:test";
import { noNamespaces } from "../discovery/namespaces.ts";
import { gstreamerChildren } from "../helpers/children.ts";
import { until } from "../helpers/media.ts";
import { patienceMs } from "../helpers/patience.ts";
import { notYet } from "../helpers/run.ts";
import {
	administrator,
	type RunningService,
	startService,
} from "../helpers/service.ts";
import { packetsIn, playTwoTracks } from "../helpers/two-tracks.ts";
import { Lan } from "./lan.ts";

const frames = 30;
const picture = 320 * 240;

/** A player on a host of the network; its pictures come grey on stdout. */
class Player {
	readonly ended: Promise<unknown>;
	octets = 0;
	stderr = "";
	readonly #child;

	constructor(lan: Lan, host: string, line: readonly string[]) {
		this.#child = spawn("ip", ["netns", "exec", lan.of(host), ...line], {
			stdio: ["ignore", "pipe", "pipe"],
		});
		this.ended = once(this.#child, "close");
		this.#child.stdout.on("data", (chunk: Buffer) => {
			this.octets += chunk.length;
		});
		this.#child.stderr.setEncoding("utf8").on("data", (text: string) => {
			this.stderr += text;
		});
	}

	/** Plays; as people do, tries again while there is no picture yet. */
	static async play(
		t: TestContext,
		lan: Lan,
		host: string,
		line: readonly string[],
	): Promise<Player> {
		const end = performance.now() + patienceMs;
		for (;;) {
			const player = new Player(lan, host, line);
			t.after(() => player.stop());
			await until(
				() => player.pictures > 2 || player.stderr !== "",
				`${line[0]} plays`,
			);
			if (player.pictures > 2) return player;
			await player.stop();
			if (!notYet.test(player.stderr) || performance.now() > end)
				throw new Error(player.stderr);
		}
	}

	get pictures(): number {
		return Math.floor(this.octets / picture);
	}

	async stop(): Promise<void> {
		this.#child.kill("SIGINT");
		await this.ended;
	}
}

const ffmpeg = (uri: string) => [
	...["ffmpeg", "-v", "error", "-nostdin", "-rtsp_transport", "udp_multicast"],
	...["-i", uri, "-an", "-f", "rawvideo", "-pix_fmt", "gray", "-"],
];
const gstreamer = (uri: string, decoder: string) => [
	...["gst-launch-1.0", "-q", "rtspsrc", `location=${uri}`, "latency=100"],
	...["protocols=udp-mcast", `user-id=${administrator.name}`],
	...[`user-pw=${administrator.password}`, "!", ...decoder.split(" ")],
	...["!", "videoconvert", "!", "video/x-raw,format=GRAY8", "!"],
	...["fdsink", "fd=1", "sync=false"],
];
const decoders = {
	main: "rtph264depay ! avdec_h264",
	jpeg: "rtpjpegdepay ! jpegdec",
};

describe("multicast on a network", { skip: noNamespaces() }, () => {
	let lan: Lan;
	let service: RunningService;
	const stateDir = mkdtempSync(join(tmpdir(), "onvifd-multicast-"));
	const config = {
		http: { port: 8080, host: null },
		rtsp: { port: 8554, host: null },
		audio: { source: "test" },
		profiles: (["main", "jpeg"] as const).map((token) => ({
			token,
			encoding: token === "main" ? "H264" : "JPEG",
			width: 320,
			height: 240,
			frameRate: 15,
		})),
	};
	const start = () =>
		startService({ namespace: lan.of("camera"), stateDir, config });
	const idle = () => gstreamerChildren(service.pid).encoders.length === 0;

	before(async () => {
		lan = new Lan("camera", "one", "two");
		lan.addFar("far", "camera");
		service = await start();
	});
	after(async () => {
		await service?.remove();
		lan?.remove();
		rmSync(stateDir, { recursive: true, force: true });
	});

	/** How many of a hundred packets of a profile's pictures come twice or more to a host in its group. */
	async function repeated(profile: string): Promise<number> {
		const got = await soap(
			`<t:GetVideoEncoderConfiguration><t:ConfigurationToken>${profile}-encoder</t:ConfigurationToken></t:GetVideoEncoderConfiguration>`,
		);
		const [, group, port] =
			/IPv4Address>([\d.]+)<[\s\S]*?<tt:Port>(\d+)</.exec(got) ?? [];
		assert.ok(group && port, got);
		const script = join(import.meta.dirname, "group-listener.ts");
		return Number(
			await lan.run(
				"two",
				...[process.execPath, "--import", "tsx", script],
				...[group, port, "10.93.0.3", "100"],
			),
		);
	}

	for (const [profile, host] of [
		["main", "10.93.0.1"],
		["jpeg", "[fd93::1]"],
	] as const)
		test(`two players watch ${profile} at one group, each packet sent once`, async (t) => {
			const login = `${administrator.name}:${encodeURIComponent(administrator.password)}@`;
			const uri = (who: string) =>
				`rtsp://${who}${host}:8554/${profile}?multicast`;
			const one = await Player.play(t, lan, "one", ffmpeg(uri(login)));
			const line = gstreamer(uri(""), decoders[profile]);
			const two = await Player.play(t, lan, "two", line);
			const groups = await lan.groups("one");
			const group = groups.find((at) => /^239\.19/.test(at));
			assert.ok(group, groups.join());
			assert.ok((await lan.groups("two")).includes(group));
			await until(() => two.pictures >= frames, "the other plays on");
			assert.equal(await repeated(profile), 0);
			// What a busy machine did not read in time is no fault of what was sent.
			if ((await lan.lost("one")) === 0) assert.equal(one.stderr, "");
			await one.stop();
			const before = two.pictures;
			await until(() => two.pictures > before + 5, "the other plays on");
			await two.stop();
			await until(idle, "the encoder rests");
		});

	test("ffmpeg gets pictures and sound, each at a group of its own", async () => {
		const login = `${administrator.name}:${encodeURIComponent(administrator.password)}@`;
		const { pictures, sound } = await playTwoTracks(
			[
				...lan.on("two", "ffmpeg", "-v", "error", "-nostdin"),
				...["-rtsp_transport", "udp_multicast"],
				...["-i", `rtsp://${login}10.93.0.1:8554/main?multicast`],
			],
			25,
			{ pictures: "copy", sound: "copy" },
		);
		for (const told of [pictures, sound])
			assert.ok(packetsIn(told) >= 20, told);
		await until(idle, "the encoder rests");
	});

	for (const group of ["239.255.7.7", "ff15::7:7"])
		test(`StartMulticastStreaming sends to ${group}, over a restart, until StopMulticastStreaming`, async () => {
			await setGroup(group);
			await ask("StartMulticastStreaming");
			await plays(group);
			await service.stop();
			service = await start();
			await plays(group);
			await ask("StopMulticastStreaming");
			await until(idle, "the encoder rests");
		});

	test("packets leave by the interface that the viewer came by, and StartMulticastStreaming's by all", async (t) => {
		const group = "239.255.7.9";
		await setGroup(group);
		const near = new Player(lan, "one", listener(group));
		t.after(() => near.stop());
		const far = await Player.play(
			t,
			lan,
			"far",
			gstreamer("rtsp://10.94.0.1:8554/jpeg?multicast", decoders.jpeg),
		);
		await until(
			async () => (await lan.groups("one")).includes(group),
			"the near listens",
		);
		const before = far.pictures;
		await until(() => far.pictures >= before + 10, "the far plays on");
		assert.equal(near.octets, 0);
		await ask("StartMulticastStreaming");
		await until(() => near.pictures >= 10, "the near plays too");
		const shared = far.pictures;
		await until(() => far.pictures >= shared + 10, "the far plays on");
		await ask("StopMulticastStreaming");
		assert.equal(far.stderr, "");
		assert.equal(near.stderr, "");
		await Promise.all([near.stop(), far.stop()]);
		await until(idle, "the encoder rests");
	});

	/** A player that was told nothing of the camera. */
	function listener(group: string): string[] {
		const udpsrc = `udpsrc address=${group} port=6000 multicast-iface=eth0 caps=application/x-rtp,media=video,clock-rate=90000,encoding-name=JPEG,payload=26 ! ${decoders.jpeg} ! videoconvert ! video/x-raw,format=GRAY8 ! fdsink fd=1`;
		return ["gst-launch-1.0", "-q", ...udpsrc.split(" ")];
	}

	async function plays(group: string): Promise<void> {
		const player = new Player(lan, "two", listener(group));
		await until(
			() => player.pictures >= 10 || player.stderr !== "",
			`pictures at ${group}`,
		);
		const groups = await lan.groups("two");
		assert.ok(groups.includes(group), groups.join());
		assert.equal(player.stderr, "");
		await player.stop();
	}

	/** Asks the camera's media service about the JPEG profile, from another host. */
	function soap(body: string): Promise<string> {
		const url = "http://10.93.0.1:8080/onvif/media_service";
		return lan.run(
			"one",
			...["curl", "-s", "--digest", "-u"],
			`${administrator.name}:${administrator.password}`,
			...["-H", "content-type: application/soap+xml", "-d"],
			`<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:t="http://www.onvif.org/ver10/media/wsdl" xmlns:tt="http://www.onvif.org/ver10/schema"><s:Body>${body}</s:Body></s:Envelope>`,
			url,
		);
	}

	async function ask(operation: string): Promise<void> {
		const answer = await soap(
			`<t:${operation}><t:ProfileToken>jpeg</t:ProfileToken></t:${operation}>`,
		);
		assert.match(answer, new RegExp(`${operation}Response`), answer);
	}

	async function setGroup(group: string): Promise<void> {
		const got = await soap(
			"<t:GetVideoEncoderConfiguration><t:ConfigurationToken>jpeg-encoder</t:ConfigurationToken></t:GetVideoEncoderConfiguration>",
		);
		const family = group.includes(":") ? "IPv6" : "IPv4";
		const configuration = /<trt:Configuration [\s\S]*<\/trt:Configuration>/
			.exec(got)?.[0]
			.replaceAll("trt:", "t:")
			.replace(
				/<tt:Address>[\s\S]*<\/tt:Port>/,
				`<tt:Address><tt:Type>${family}</tt:Type><tt:${family}Address>${group}</tt:${family}Address></tt:Address><tt:Port>6000</tt:Port>`,
			);
		assert.ok(configuration, got);
		const answer = await soap(
			`<t:SetVideoEncoderConfiguration>${configuration}<t:ForcePersistence>true</t:ForcePersistence></t:SetVideoEncoderConfiguration>`,
		);
		assert.match(answer, /SetVideoEncoderConfigurationResponse/, answer);
	}
});
