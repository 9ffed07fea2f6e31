import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { RtspError } from "../../rtsp-client/errors.ts";
import type { CaptureMode } from "../../system/capture-mode.ts";
import type { ChainPlan, StreamPlan } from "../types.ts";
import { setCamera } from "./camera.ts";
import type { ChainDevices } from "./devices.ts";
import { compressLine, serverLine } from "./launch.ts";
import { type DirectAddress, makeLogin } from "./login.ts";
import { checkLoopback, loopbackWritten } from "./loopback.ts";
import { PicturePackets } from "./picture-packets.ts";
import { play } from "./play.ts";
import { privatePort } from "./private-port.ts";
import { failedReads, type LoggedExit, startLogged } from "./program-log.ts";
import { reachable } from "./reachable.ts";
import { ChainTrouble, compressTrouble, serverTrouble } from "./trouble.ts";

/** From PLAY to the first packet. */
const firstPacketMs = 6000;
/** A server whose producer is gone goes on to answer 200 to everything and sends nothing. */
const stallMs = 4000;
/** The wait for a first key frame is no longer than this. */
const longestWaitMs = 4000;
const payloadTypes = { H264: 96, JPEG: 26 } as const;

export interface RunOptions {
	readonly plan: StreamPlan;
	readonly chain: ChainPlan;
	readonly devices: ChainDevices;
	/** This v4l2compress wants `-vv`. */
	readonly openFlags: boolean;
	/** Where clients are sent to, if they are. */
	readonly direct: DirectAddress | undefined;
	readonly random: (size: number) => Buffer;
	/** The camera was set. */
	readonly onMode: (mode: CaptureMode) => void;
	/** One RTP packet for the hub. */
	readonly packet: (packet: Buffer) => void;
	/** v4l2compress ended by itself. */
	readonly onCompressExit: (exit: LoggedExit) => void;
}

/**
 * One life of both programs: ends when `signal` aborts or anything gives out, and then both are gone.
 * Rejects with why; `ChainTrouble` where it is known.
 */
export async function runChain(
	options: RunOptions,
	signal: AbortSignal,
): Promise<never> {
	const life = new AbortController();
	const onAbort = () => life.abort(signal.reason);
	signal.addEventListener("abort", onAbort, { once: true });
	const undo: (() => unknown)[] = [];
	try {
		signal.throwIfAborted();
		return await live(options, life, undo);
	} catch (error) {
		throw life.signal.aborted ? life.signal.reason : words(error);
	} finally {
		signal.removeEventListener("abort", onAbort);
		life.abort();
		await Promise.all(undo.map((step) => step()));
	}
}

function words(error: unknown): unknown {
	return error instanceof RtspError
		? new ChainTrouble(`v4l2rtspserver: ${error.message}`)
		: error;
}

async function live(
	options: RunOptions,
	life: AbortController,
	undo: (() => unknown)[],
): Promise<never> {
	const { plan, chain, devices } = options;
	const { signal } = life;
	const { encoding, width, height } = plan.encoder;
	const written = { fourcc: encoding, width, height };
	await checkLoopback(chain.loopback, devices, written);
	const mode = await setCamera(chain, plan.encoder, devices);
	options.onMode(mode);
	signal.throwIfAborted();
	startCompress(options, life, undo);
	await loopbackWritten(chain.loopback, written, devices, signal);
	const server = await startServer(options, mode, life, undo);
	await reachable(server.port, signal);
	// Its SDP is made at the first DESCRIBE, for good, and without parameter sets before the first key frame.
	if (encoding === "H264") await keyFramePassed(plan, mode, signal);
	return supervise(options, server, life, undo);
}

function startCompress(
	{ plan, chain, openFlags, onCompressExit }: RunOptions,
	life: AbortController,
	undo: (() => unknown)[],
): void {
	const { camera, loopback } = chain;
	const program = startLogged(
		`v4l2compress ${plan.token}`,
		"v4l2compress",
		compressLine({ camera, loopback, encoder: plan.encoder, openFlags }),
		{
			onStderr: failedReads((said) =>
				life.abort(
					new ChainTrouble(`${camera} gives no pictures any more: ${said}`),
				),
			),
		},
	);
	undo.push(() => program.stop());
	void program.exited.then((exit) => {
		if (exit.asked) return;
		onCompressExit(exit);
		life.abort(compressTrouble(exit, camera, loopback));
	});
}

async function startServer(
	{ plan, chain, direct, random }: RunOptions,
	mode: CaptureMode,
	life: AbortController,
	undo: (() => unknown)[],
) {
	const folder = await mkdtemp(join(tmpdir(), "onvifd-chain-"));
	undo.push(() => rm(folder, { recursive: true, force: true }));
	const { port, path, login } = direct ?? (await hidden(random, undo));
	life.signal.throwIfAborted();
	const program = startLogged(
		`v4l2rtspserver ${plan.token}`,
		"v4l2rtspserver",
		serverLine({
			loopback: chain.loopback,
			encoding: plan.encoder.encoding,
			frameRate: Math.round(mode.frameRate ?? plan.encoder.frameRate),
			port,
			open: direct !== undefined,
			path,
			login,
			folder,
		}),
		{ cwd: folder },
	);
	undo.push(() => program.stop());
	void program.exited.then((exit) => {
		if (!exit.asked) life.abort(serverTrouble(exit, port));
	});
	return { port, path, login };
}

/** An address that nobody but us knows. */
async function hidden(
	random: (size: number) => Buffer,
	undo: (() => unknown)[],
): Promise<DirectAddress> {
	const { port, release } = await privatePort();
	undo.push(release);
	const path = random(16).toString("hex");
	return { port, path, login: makeLogin(random) };
}

function keyFramePassed(
	{ encoder }: StreamPlan,
	mode: CaptureMode,
	signal: AbortSignal,
): Promise<void> {
	const frameMs = 1000 / (mode.frameRate ?? encoder.frameRate);
	const wait = Math.min((encoder.govLength + 1) * frameMs, longestWaitMs);
	return sleep(wait, undefined, { signal });
}

async function supervise(
	{ plan, packet }: RunOptions,
	server: Awaited<ReturnType<typeof startServer>>,
	{ signal }: AbortController,
	undo: (() => unknown)[],
): Promise<never> {
	const { encoding, encodingInterval, frameRate } = plan.encoder;
	const pictures = new PicturePackets(payloadTypes[encoding], packet);
	undo.push(() => pictures.end());
	let stalled: (trouble: ChainTrouble) => void = () => {};
	const stall = new Promise<never>((_, reject) => {
		stalled = reject;
	});
	const watch = (ms: number) =>
		setTimeout(
			() =>
				stalled(
					new ChainTrouble(
						`v4l2rtspserver sent nothing for ${ms / 1000} s: ${plan.chain?.camera} gives no pictures, or v4l2compress hangs`,
					),
				),
			ms,
		);
	let timer = watch(firstPacketMs);
	undo.push(() => clearTimeout(timer));
	const longest = Math.max(stallMs, (4000 * encodingInterval) / frameRate);
	let came = false;
	const playing = play({
		...server,
		encoding,
		signal,
		packet(data, payloadType) {
			if (came) timer.refresh();
			else {
				clearTimeout(timer);
				timer = watch(longest);
				came = true;
			}
			if (!signal.aborted) pictures.push(data, payloadType);
		},
	});
	const ended = playing
		.then(({ closed }) => closed)
		.then((reason) => {
			throw new ChainTrouble(`v4l2rtspserver: ${reason}`);
		});
	return Promise.race([ended, stall]);
}
