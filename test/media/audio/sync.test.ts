import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
	closeSync,
	constants,
	mkdtempSync,
	openSync,
	rmSync,
	writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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
/** A picture fits into what a pipe takes whole (PIPE_BUF). */
const side = 48;
const frameMs = 40;
const soundMs = 20;
const everyMs = 1000;

/** A pipe that never makes its writer wait; what nobody is there to read is lost. */
function pipeAt(t: TestContext, path: string): (data: Buffer) => void {
	execFileSync("mkfifo", [path]);
	let file: number | undefined;
	t.after(() => {
		if (file !== undefined) closeSync(file);
	});
	return (data) => {
		try {
			file ??= openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
			writeSync(file, data);
		} catch {
			// It is full, or its reader is not there yet.
		}
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

function read(path: string, octets: number, caps: string): string[] {
	return [
		"filesrc",
		`location=${path}`,
		`blocksize=${octets}`,
		"do-timestamp=true",
		"!",
		caps,
	];
}

for (const [encoding, other] of [
	["G711", {}],
	["AAC", { encoding: "AAC", bitrateKbit: 32, sampleRateKHz: 16 }],
] as const)
	test(`what is seen and heard at one moment has one time: ${encoding}`, async (t) => {
		const folder = mkdtempSync(join(tmpdir(), "onvifd-test-"));
		t.after(() => rmSync(folder, { recursive: true }));
		const [pictures, sounds] = [join(folder, "picture"), join(folder, "sound")];
		clap(t, pipeAt(t, pictures), pipeAt(t, sounds));
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
				...read(
					pictures,
					(side * side * 3) / 2,
					`video/x-raw,format=I420,width=${side},height=${side},framerate=25/1`,
				),
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
				const caps =
					"audio/x-raw,format=S16LE,rate=8000,channels=1,layout=interleaved";
				return [
					"-q",
					...read(sounds, soundMs * 16, caps),
					...line.slice(line.indexOf("!")),
				];
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
		let apart: number[] = [];
		await until(
			() => {
				const [flashes, beeps] = [
					loud(viewer.sizes("video")),
					loud(viewer.sizes("audio")),
				];
				apart = flashes.flatMap((flash) => {
					const near = beeps.find(
						(beep) => Math.abs(beep - flash) < everyMs / 2,
					);
					return near === undefined ? [] : [flash - near];
				});
				return apart.length >= 8;
			},
			"eight flashes and beeps",
			60_000,
		);
		const middle =
			apart.toSorted((a, b) => a - b)[apart.length >> 1] ?? Number.NaN;
		t.diagnostic(
			`the picture is ${middle.toFixed(1)} ms behind its sound: ${apart.map((one) => one.toFixed(0)).join(" ")}`,
		);
		// A frame of AAC is 64 ms long, and a sound begins somewhere in it.
		assert.ok(Math.abs(middle) <= (encoding === "AAC" ? 130 : 60), `${middle}`);
	});

/** When, in ms, something came after quiet: much at one time, by the octets of each time. */
function loud(sizes: ReadonlyMap<number, number>): number[] {
	const most = Math.max(...sizes.values());
	const times = [...sizes]
		.filter(([, octets]) => octets > most / 2)
		.map(([at]) => at);
	return times.filter((at, i) => at - (times[i - 1] ?? 0) > everyMs / 2);
}
