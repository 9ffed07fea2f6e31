import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { type TestContext, test } from "node:test";
import { descendants } from "../../helpers/children.ts";
import { until } from "../../helpers/media.ts";
import { patienceMs } from "../../helpers/patience.ts";
import { type RunningService, startService } from "../../helpers/service.ts";
import { encode, LiveStream } from "../../rtsp/encoded-stream.ts";
import { FakeStream, frameOf } from "../../rtsp/fake-stream.ts";
import { startServer, users } from "../../rtsp/start-server.ts";
import { startGstCamera } from "./gst-camera.ts";
import { hear } from "./hearer.ts";
import { camera, startWrapper } from "./two-services.ts";

function closing(t: TestContext, service: RunningService): RunningService {
	t.after(() => service.remove());
	return service;
}

const newest = 300;

/** How many packets, without a gap, both have among their newest: a steady tone repeats itself, and UDP may lose one. */
function overlap(original: readonly string[], relayed: readonly string[]) {
	const theirs = original.slice(-newest);
	let longest = 0;
	let runs: readonly number[] = [];
	for (const one of relayed.slice(-newest)) {
		const before = runs;
		// How long the run is that ends with this one and that of theirs.
		runs = theirs.map((other, i) =>
			other === one ? (before[i - 1] ?? 0) + 1 : 0,
		);
		longest = Math.max(longest, ...runs);
	}
	return longest;
}

for (const audio of [
	{ source: "test" },
	{ source: "test", encoding: "AAC", sampleRateKHz: 48, bitrateKbit: 96 },
])
	for (const transport of ["tcp", "udp"])
		test(`${audio.encoding ?? "G711"} over ${transport} arrives byte for byte, without a child`, async (t) => {
			const first = closing(
				t,
				await startService({ config: { ...camera, audio } }),
			);
			const second = closing(t, await startWrapper(first.rtsp, { transport }));
			const original = await hear(t, `${first.rtspUrl}/main`);
			const relayed = await hear(t, `${second.rtspUrl}/same`);
			assert.deepEqual(relayed.said, original.said);
			await until(
				() => overlap(original.payloads(), relayed.payloads()) >= 60,
				"the same sixty packets",
			);
			assert.deepEqual(descendants(second.pid), []);
		});

for (const [path, profile, said] of [
	["pcma", "h264", "PCMA/8000 8 undefined"],
	["opus", "jpeg", "OPUS/48000/2 97 sprop-stereo=0;sprop-maxcapturerate=48000"],
] as const)
	test(`another server's ${path} passes as it is`, async (t) => {
		const other = await startGstCamera();
		t.after(() => other.kill());
		const url = `rtsp://127.0.0.1:${other.port}/${path}`;
		const service = closing(
			t,
			await startService({
				config: {
					profiles: [
						{ token: "h264", encoding: "H264", width: 320, height: 240 },
						{ token: "jpeg", encoding: "JPEG", width: 320, height: 240 },
					],
					source: { rtsp: { url, original: "original" } },
				},
			}),
		);
		for (const token of [profile, "original"]) {
			const relayed = await hear(t, `${service.rtspUrl}/${token}`);
			assert.equal(relayed.said, said);
			await until(
				() => relayed.payloads().length >= 30 && relayed.pictures() > 5,
				"picture and sound",
			);
		}
	});

test("the camera's own video has its sound, though no profile carries any", async (t) => {
	const other = await startGstCamera();
	t.after(() => other.kill());
	const url = `rtsp://127.0.0.1:${other.port}/pcma`;
	const service = closing(
		t,
		await startService({
			config: {
				profiles: [
					{
						token: "h264",
						encoding: "H264",
						width: 320,
						height: 240,
						audio: false,
					},
				],
				source: { rtsp: { url, original: "original" } },
			},
		}),
	);
	const silent = await hear(t, `${service.rtspUrl}/h264`);
	assert.equal(silent.said, undefined);
	const original = await hear(t, `${service.rtspUrl}/original`);
	assert.equal(original.said, "PCMA/8000 8 undefined");
	await until(
		() => original.payloads().length >= 30 && original.pictures() > 5,
		"picture and sound",
	);
});

test("a camera without sound is shown without; so is one whose sound is not wanted", async (t) => {
	const other = await startGstCamera();
	t.after(() => other.kill());
	for (const [path, audio] of [
		["h264", {}],
		["pcma", { source: "none" }],
	] as const) {
		const url = `rtsp://127.0.0.1:${other.port}/${path}`;
		const service = closing(
			t,
			await startService({
				config: {
					profiles: [
						{ token: "h264", encoding: "H264", width: 320, height: 240 },
					],
					source: { rtsp: { url } },
					audio,
				},
			}),
		);
		const viewer = await hear(t, `${service.rtspUrl}/h264`);
		assert.equal(viewer.said, undefined);
		await until(() => viewer.pictures() > 5, "pictures");
	}
});

/** Noise in packets of 20 ms; what is heard now was said `lateMs` ago. */
class LateSound extends FakeStream {
	readonly #lateMs: number;

	constructor(t: TestContext, lateMs: number) {
		super(
			{
				media: "audio",
				encodingName: "PCMU",
				payloadType: 0,
				clockRate: 8000,
				channels: undefined,
				fmtp: undefined,
				bitrateKbit: 64,
			},
			0xbeef5678,
		);
		this.#lateMs = lateMs;
		let sent = 0;
		const begin = Date.now();
		const timer = setInterval(() => {
			while (sent * 20 < Date.now() - begin) {
				this.#packet(begin + sent * 20, sent);
				sent++;
			}
		}, 20);
		t.after(() => clearInterval(timer));
	}

	override rtpTimestampAt(now: number): number {
		return (now * 8) >>> 0;
	}

	#packet(now: number, sequenceNumber: number): void {
		const rtp = Buffer.alloc(12);
		rtp.writeUInt16BE(0x8000, 0);
		rtp.writeUInt16BE(sequenceNumber & 0xffff, 2);
		rtp.writeUInt32BE(this.rtpTimestampAt(now - this.#lateMs), 4);
		rtp.writeUInt32BE(this.ssrc, 8);
		this.feed(frameOf([Buffer.concat([rtp, randomBytes(160)])], true));
	}
}

test("a relayed camera's tracks are timed as it times them, however late one comes", async (t) => {
	const sound = new LateSound(t, 300);
	const first = await startServer(t, {
		streams: {
			main: [
				{ media: "video", stream: new LiveStream(t, encode("H264")) },
				{ media: "audio", stream: sound },
			],
		},
	});
	const [user] = users;
	assert.ok(user);
	const second = closing(
		t,
		await startService({
			config: {
				profiles: [
					{ token: "same", encoding: "H264", width: 320, height: 240 },
				],
				source: {
					rtsp: { url: first.url, user: user.name, password: user.password },
				},
			},
		}),
	);
	const login = `${user.name}:${encodeURIComponent(user.password)}`;
	const original = await hear(t, first.url.replace("//", `//${login}@`));
	const relayed = await hear(t, `${second.rtspUrl}/same`);
	await until(
		() => overlap(original.payloads(), relayed.payloads()) >= 100,
		"the same noise",
	);
	/** By how much the relay has a track later than the camera has it. The pictures come round every two seconds: the nearest counts. */
	const later = (type: "video" | "audio") => {
		const theirs = original.times(type);
		const both = relayed.times(type).flatMap(([payload, at]) =>
			theirs
				.filter(([other]) => other === payload)
				.map(([, before]) => at - before)
				.toSorted((x, y) => Math.abs(x) - Math.abs(y))
				.slice(0, 1),
		);
		return both.length < 20
			? undefined
			: both.toSorted((x, y) => x - y)[both.length >> 1];
	};
	const end = performance.now() + patienceMs;
	let apart = Number.POSITIVE_INFINITY;
	// Both report with their first packets and every five seconds.
	while (Math.abs(apart) >= 20) {
		assert.ok(performance.now() < end, `${apart} ms apart`);
		const wanted = relayed.pictures() + 25;
		await until(() => relayed.pictures() >= wanted, "more pictures");
		const [picture, sound] = [later("video"), later("audio")];
		if (picture !== undefined && sound !== undefined) apart = picture - sound;
	}
	t.diagnostic(`picture and sound differ by ${apart.toFixed(1)} ms`);
});
