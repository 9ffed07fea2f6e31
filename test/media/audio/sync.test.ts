import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { type TestContext, test } from "node:test";
import { AudioEngine } from "../../../src/media/audio/engine.ts";
import { audioLine } from "../../../src/media/audio/launch.ts";
import { GstreamerEngine } from "../../../src/media/gstreamer/engine.ts";
import { Hub } from "../../../src/media/hub.ts";
import type { Plan } from "../../../src/media/types.ts";
import { systemClock } from "../../../src/system/clock.ts";
import { encoderConfiguration, until } from "../../helpers/media.ts";
import { startServer, users } from "../../rtsp/start-server.ts";
import { hear } from "../relay/hearer.ts";
import { g711 } from "./configuration.ts";

const silent = { info() {}, warn() {}, error() {} };
/** A picture fits into a datagram. */
const side = 48;
const frameMs = 40;
const soundMs = 20;
const everyMs = 1000;

/** A source of GStreamer's that takes what is sent to it from here; what comes before it is there is lost. */
async function source(t: TestContext, caps: string) {
	const socket = createSocket("udp4");
	socket.bind(0, "127.0.0.1");
	await once(socket, "listening");
	const { port } = socket.address();
	// Its port is free again, and most likely still is when the child comes.
	socket.close();
	const sender = createSocket("udp4");
	sender.on("error", () => {});
	t.after(() => sender.close());
	return {
		send: (data: Buffer) => sender.send(data, port, "127.0.0.1"),
		elements: [
			"udpsrc",
			"address=127.0.0.1",
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

for (const [encoding, other] of [
	["G711", {}],
	["AAC", { encoding: "AAC", bitrateKbit: 32, sampleRateKHz: 16 }],
] as const)
	test(`what is seen and heard at one moment has one time: ${encoding}`, async (t) => {
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
		const server = await startServer(t, { streams: { main: profile.tracks } });
		const [user] = users;
		const login = `${user?.name}:${encodeURIComponent(user?.password ?? "")}`;
		const viewer = await hear(t, server.url.replace("//", `//${login}@`));
		const middle = () => {
			const beeps = loud(viewer.sizes("audio"));
			const apart = loud(viewer.sizes("video")).flatMap((flash) => {
				const near = beeps.find((beep) => Math.abs(beep - flash) < everyMs / 2);
				return near === undefined ? [] : [flash - near];
			});
			const last = apart.slice(-5).toSorted((a, b) => a - b);
			return last.length < 5 ? undefined : last[2];
		};
		// A frame of AAC is 64 ms long, and a sound begins somewhere in it. A busy machine may be late for a while.
		const most = encoding === "AAC" ? 130 : 60;
		await until(
			() => Math.abs(middle() ?? Number.POSITIVE_INFINITY) <= most,
			"flashes and beeps with one time",
			60_000,
		);
		t.diagnostic(`the picture is ${middle()?.toFixed(1)} ms behind its sound`);
	});

/** When, in ms, something came after quiet: much at one time, by the octets of each time. */
function loud(sizes: ReadonlyMap<number, number>): number[] {
	const most = Math.max(...sizes.values());
	const times = [...sizes]
		.filter(([, octets]) => octets > most / 2)
		.map(([at]) => at);
	return times.filter((at, i) => at - (times[i - 1] ?? 0) > everyMs / 2);
}
