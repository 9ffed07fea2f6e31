import { release } from "node:os";
import { hostDevices } from "./media/v4l2-chain/devices.ts";
import { systemClock } from "./system/clock.ts";
import { createLog } from "./system/log.ts";
import { checkWebcamDevice, type WebcamHost } from "./webcam/device.ts";
import type { Picture } from "./webcam/launch.ts";
import { webcamSource } from "./webcam/source.ts";
import { WebcamTrouble } from "./webcam/trouble.ts";
import { Webcam } from "./webcam/webcam.ts";

interface ExitCodes {
	readonly ok: number;
	readonly failed: number;
	readonly usage: number;
}

/** The words of the command line, unchecked. */
export interface WebcamArguments {
	readonly address: string;
	readonly device: string;
	readonly size?: string | undefined;
	readonly rate?: string | undefined;
	readonly transport?: string | undefined;
	readonly anyCertificate?: boolean | undefined;
}

const devicePath = /^\/dev\/[\w.:/-]{1,200}$/;

/** `onvifd webcam`: shows a camera in a v4l2loopback device until SIGTERM or SIGINT; answers the exit code. */
export async function webcam(
	args: WebcamArguments,
	codes: ExitCodes,
): Promise<number> {
	// The address may hold a password: other users of this host see what a process is called.
	process.title = "onvifd webcam";
	const stop = new AbortController();
	for (const signal of ["SIGTERM", "SIGINT"] as const)
		process.on(signal, () => stop.abort());
	try {
		const log = createLog(process.stderr, { level: "info" });
		const clock = systemClock;
		if (!devicePath.test(args.device)) throw usage("the device is no /dev/...");
		const wish = wishOf(args);
		const { address, device, transport = "tcp", anyCertificate } = args;
		if (transport !== "tcp" && transport !== "udp")
			throw usage("--transport is tcp or udp");
		const source = webcamSource(
			{
				address,
				transport,
				verifyCertificate: anyCertificate !== true,
				password: process.env.ONVIFD_PASSWORD,
			},
			{ clock, log },
		);
		const host: WebcamHost = {
			devices: hostDevices(log),
			folders: {
				loaded: "/sys/module",
				installed: `/lib/modules/${release()}`,
			},
		};
		const { warning } = await checkWebcamDevice(device, host);
		if (warning) log.warn(warning);
		const one = new Webcam({ source, device, wish, host, clock, log });
		await stayingAlive(one.run(stop.signal));
		return codes.ok;
	} catch (error) {
		if (!(error instanceof Error)) throw error;
		process.stderr.write(`onvifd: ${error.message}\n`);
		return error instanceof WebcamTrouble && error.usage
			? codes.usage
			: codes.failed;
	}
}

/** Pauses between tries are nothing that Node would wait for. */
async function stayingAlive(work: Promise<void>): Promise<void> {
	const alive = setInterval(() => {}, 1 << 30);
	await work.finally(() => clearInterval(alive));
}

const usage = (message: string) => new WebcamTrouble(message, { usage: true });

function wishOf({ size, rate }: WebcamArguments): Partial<Picture> {
	const [, columns, rows] = /^(\d{2,4})x(\d{2,4})$/.exec(size ?? "") ?? [];
	const [width, height] = [Number(columns), Number(rows)];
	if (size !== undefined && !(width % 2 === 0 && height % 2 === 0))
		throw usage("--size is WIDTHxHEIGHT, both even, such as 1280x720");
	const frameRate = Number(rate);
	if (rate !== undefined && !(/^\d{1,3}$/.test(rate) && frameRate >= 1))
		throw usage("--rate is a whole number of frames a second");
	return {
		...(size === undefined ? {} : { width, height }),
		...(rate === undefined ? {} : { frameRate }),
	};
}
