import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { createSocket } from "node:dgram";
import { type TestContext, test } from "node:test";
import { AudioEngine } from "../../../src/media/audio/engine.ts";
import { audioLine } from "../../../src/media/audio/launch.ts";
import { GstreamerEngine } from "../../../src/media/gstreamer/engine.ts";
import { Hub } from "../../../src/media/hub.ts";
import type { Plan } from "../../../src/media/types.ts";
import { systemClock } from "../../../src/system/clock.ts";
import { encoderConfiguration, until } from "../../helpers/media.ts";
import { freeUdpPorts, ownAddress } from "../../helpers/own-address.ts";
import { patienceMs } from "../../helpers/patience.ts";
import { fromMuLaw } from "../../helpers/talk.ts";
import { startServer, users } from "../../rtsp/start-server.ts";
import { hear } from "../relay/hearer.ts";
import { g711 } from "./configuration.ts";
import { decodedAac } from "./decoded-aac.ts";

const silent = { info() {}, warn() {}, error() {} };
/** A picture fits into a datagram. */
const side = 48;
const frameMs = 40;
const soundMs = 20;
const everyMs = 1000;
/** Nobody notices less (ITU-R BT.1359: 45 ms ahead, 125 behind); of this one, a picture's interval is the test's own. */
const most = 60;

/** A source of GStreamer's that takes what is sent to it from here; what comes before it is there is lost. */
async function source(t: TestContext, caps: string) {
	const port = await freeUdpPorts(2);
	const sender = createSocket("udp4");
	sender.on("error", () => {});
	t.after(() => sender.close());
	return {
		send: (data: Buffer) => sender.send(data, port, ownAddress),
		elements: [
			"udpsrc",
			`address=${ownAddress}`,
			`port=${port}`,
			`caps=${caps}`,
			"do-timestamp=true",
		],
	};
}

/** Pictures and sound as a clapperboard makes them: once a second a noisy picture and noise, at the same moment. */
function clap(
	t: TestContext,
	picture: (data: Buffer) => void,
	sound: (data: Buffer) => void,
): void {
	const black = Buffer.alloc((side * side * 3) / 2, 0x80).fill(
		0x10,
		0,
		side * side,
	);
	const silence = Buffer.alloc((soundMs * 8000 * 2) / 1000);
	const begin = performance.now();
	let at = 0;
	const timer = setInterval(() => {
		for (; at <= performance.now() - begin; at += soundMs) {
			const claps = at % everyMs === 0;
			if (at % frameMs === 0)
				picture(claps ? randomBytes(black.length) : black);
			sound(claps ? randomBytes(silence.length) : silence);
		}
	}, 5);
	t.after(() => clearInterval(timer));
}

for (const [name, other, sampleRateKHz] of [
	["G.711", {}, 8],
	["AAC", { encoding: "AAC", bitrateKbit: 32, sampleRateKHz: 16 }, 16],
	["AAC made of G.711", {}, 48],
] as const)
	test(`what is seen and heard at one moment has one time: ${name}`, async (t) => {
		const pictures = await source(
			t,
			`video/x-raw,format=I420,width=${side},height=${side},framerate=25/1`,
		);
		const sounds = await source(
			t,
			"audio/x-raw,format=S16LE,rate=8000,channels=1,layout=interleaved",
		);
		clap(t, pictures.send, sounds.send);
		const hub = new Hub((token) => ({
			name: token,
			sessionTimeout: 60,
			streamTokens: ["main", g711.token],
		}));
		const common = { hub, clock: systemClock, log: silent };
		const size = { width: side, height: side, frameRate: 25 };
		const plan: Plan = {
			capture: {
				source: { kind: "test", pattern: "ball", clock: false },
				...size,
			},
			streams: [
				{
					token: "main",
					encoder: encoderConfiguration({ ...size, govLength: 250 }),
				},
			],
			audio: {
				input: { kind: "test" },
				streams: [{ token: g711.token, encoder: { ...g711, ...other } }],
			},
		};
		const video = new GstreamerEngine({
			...common,
			device: {
				mode: () => Promise.resolve(undefined),
				explain: () => Promise.resolve(undefined),
				whenBack: () => Promise.resolve(),
			},
			captureLine: (_plan, socketPath) => [
				"-q",
				...pictures.elements,
				..."! shmsink wait-for-connection=false sync=false async=false shm-size=1000000".split(
					" ",
				),
				`socket-path=${socketPath}`,
			],
		});
		const audio = new AudioEngine({
			...common,
			relay: () => undefined,
			line(...how) {
				const [, ...line] = audioLine(...how);
				return ["-q", ...sounds.elements, ...line.slice(line.indexOf("!"))];
			},
		});
		t.after(() => Promise.all([video.stop(), audio.stop()]));
		video.apply(plan);
		audio.apply(plan);
		const profile = hub.find("main");
		assert.ok(profile);
		const tracks = profile.tracks.map(({ media, stream, aac }) => ({
			media,
			stream: sampleRateKHz === 48 && aac ? aac : stream,
		}));
		const server = await startServer(t, { streams: { main: tracks } });
		const [user] = users;
		const login = `${user?.name}:${encodeURIComponent(user?.password ?? "")}`;
		const viewer = await hear(t, server.url.replace("//", `//${login}@`));
		const flashes = () => loud(viewer.sizes("video"));
		// A busy machine may be late for a while.
		const end = performance.now() + patienceMs;
		let apart = Number.POSITIVE_INFINITY;
		for (let seen = 6; Math.abs(apart) > most; seen++) {
			assert.ok(performance.now() < end, `${apart} ms apart`);
			await until(() => flashes().length >= seen, "flashes");
			const beeps = await begins(viewer.told(), sampleRateKHz);
			apart = middle(flashes(), beeps) ?? apart;
		}
		t.diagnostic(`the picture is ${apart.toFixed(1)} ms behind its sound`);
	});

/** When, in ms, something came after quiet: much at one time, by the octets of each time. */
function loud(sizes: ReadonlyMap<number, number>): number[] {
	const most = Math.max(...sizes.values());
	const times = [...sizes]
		.filter(([, octets]) => octets > most / 2)
		.map(([at]) => at);
	return times.filter((at, i) => at - (times[i - 1] ?? 0) > everyMs / 2);
}

/** By how many ms the latest flashes are behind the beeps near them, the median of five; undefined while there are fewer. */
function middle(
	flashes: readonly number[],
	beeps: readonly number[],
): number | undefined {
	const apart = flashes.flatMap((flash) => {
		const near = beeps.find((beep) => Math.abs(beep - flash) < everyMs / 2);
		return near === undefined ? [] : [flash - near];
	});
	const last = apart.slice(-5).toSorted((a, b) => a - b);
	return last.length < 5 ? undefined : last[2];
}

/** When, in ms, a decoder's sound begins after quiet. */
async function begins(
	told: readonly (readonly [number, Buffer])[],
	sampleRateKHz: 8 | 16 | 48,
): Promise<number[]> {
	const sounds =
		sampleRateKHz === 8
			? told.map(([, octets]) => fromMuLaw(octets))
			: slices(
					await decodedAac(
						told.map(([, payload]) => payload.subarray(4)),
						sampleRateKHz,
					),
				);
	const times: number[] = [];
	for (const [i, pcm] of sounds.entries()) {
		const at = told[i]?.[0];
		const first = firstLoud(pcm);
		if (at === undefined || first === undefined) continue;
		const time = at + first / sampleRateKHz;
		if (time - (times.at(-1) ?? 0) > everyMs / 2) times.push(time);
	}
	return times;
}

/** What each unit of AAC stands for. */
function slices(pcm: Buffer): Buffer[] {
	return Array.from({ length: pcm.length / 2048 }, (_, i) =>
		pcm.subarray(2048 * i, 2048 * (i + 1)),
	);
}

/** Half as loud as the noise is, which AAC's echo before it is not. */
function firstLoud(pcm: Buffer): number | undefined {
	for (let i = 0; 2 * i < pcm.length; i++)
		if (Math.abs(pcm.readInt16LE(2 * i)) > 12_000) return i;
	return undefined;
}
