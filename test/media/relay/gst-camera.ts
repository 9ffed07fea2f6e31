import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { until } from "../../helpers/media.ts";

const program = resolve(
	fileURLToPath(import.meta.url),
	"../../../../fixtures/programs/rtsp-camera.py",
);

export interface GstCameraOptions {
	readonly port?: number;
	/** The only one that it sends over; both unless said. */
	readonly transport?: "tcp" | "udp";
	/** User and password, asked for by Basic. */
	readonly basic?: readonly [string, string];
	/** Seconds without a sign of life after which it ends a session. */
	readonly timeout?: number;
	/** PEM of certificate and key: it speaks TLS. */
	readonly certificate?: string;
}

/** A receiver report as GStreamer's RTP session holds it. */
export interface ToldReport {
	/** 0 for the picture, 1 for the sound. */
	readonly track: number;
	readonly cname: string | null;
	/** The names of all that its SDES says. */
	readonly said: readonly string[];
	readonly packetsLost: number;
	/** In ticks of the RTP clock. */
	readonly jitter: number;
	/** 1/65536 s; 0 where no sender report had come. */
	readonly lastReport: number;
	readonly roundTrip: number;
}

function readReport(text: string): ToldReport {
	const told = JSON.parse(text);
	return {
		track: told.track,
		cname: told.cname,
		said: told.said,
		packetsLost: told["rb-packetslost"],
		jitter: told["rb-jitter"],
		lastReport: told["rb-lsr"],
		roundTrip: told["rb-round-trip"],
	};
}

/** A camera by Debian's GStreamer RTSP server: `/h264`, `/h265` and `/jpeg`, 320x240, `/pcma` and `/opus` with sound. */
export async function startGstCamera(options: GstCameraOptions = {}) {
	// Debian's own Python has the bindings.
	const child = spawn("/usr/bin/python3", [program, JSON.stringify(options)], {
		stdio: ["ignore", "pipe", "pipe"],
	});
	let said = "";
	let complained = "";
	child.stdout.setEncoding("utf8").on("data", (text: string) => {
		said += text;
	});
	child.stderr.setEncoding("utf8").on("data", (text: string) => {
		complained += text;
	});
	const ended = new Promise((settle) => child.once("exit", settle));
	const port = () => Number(/^port (\d+)$/m.exec(said)?.[1] ?? 0);
	await until(
		() => port() > 0 || child.exitCode !== null,
		"GStreamer's RTSP server listens",
	);
	if (port() === 0) throw new Error(`the RTSP server ended: ${complained}`);
	return {
		port: port(),
		/** What receiver reports said, in the order in which they came. */
		reports: () =>
			[...said.matchAll(/^report (\{.*\})$/gm)].map(([, text = ""]) =>
				readReport(text),
			),
		/** How many requests of a method came; `get-parameter`. */
		asked: (method: string) =>
			said.split("\n").filter((line) => line === method).length,
		async kill() {
			child.kill("SIGKILL");
			await ended;
		},
	};
}
