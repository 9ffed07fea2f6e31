import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { h264Elements } from "../src/media/gstreamer/h264-encoders.ts";
import { captureLine } from "../src/media/gstreamer/launch.ts";
import { encoderConfiguration, until } from "../test/helpers/media.ts";
import { administrator, startService } from "../test/helpers/service.ts";
import { shownLatencies } from "./latency/browser-viewer.ts";
import { decodedLatencies } from "./latency/gst-viewer.ts";
import { frameRate, height, width } from "./latency/timed-picture.ts";

const pictures = 150;
const path = (name: string) =>
	fileURLToPath(new URL(`latency/${name}`, import.meta.url));
/** For the gst-launch-1.0 that takes its pictures from elsewhere. */
const pictureEnvironment = {
	...process.env,
	PATH: `${path("bin")}:${process.env.PATH}`,
	PICTURE_SOURCE: `${process.execPath} --import tsx ${path("picture-source.ts")}`,
};

/**
 * Milliseconds from picture to decoded picture, by pictures that carry their time, 720p at 15 a second: RTSP decoded
 * by GStreamer, fragmented MP4 shown by Chromium; and the same pictures through Debian's gst-rtsp-server.
 */
export async function latencyBench(): Promise<string[][]> {
	const rows: string[][] = [];
	const service = await startService({
		asInstalled: true,
		config: {
			source: { test: { clock: false } },
			profiles: [{ token: "main", encoding: "H264", width: 1280, height: 720 }],
		},
		env: pictureEnvironment,
	});
	try {
		const login = [
			`user-id=${administrator.name}`,
			`user-pw=${administrator.password}`,
		];
		for (const transport of ["tcp", "udp"])
			rows.push(
				row(
					`RTSP over ${transport.toUpperCase()}`,
					await decodedLatencies(
						[...at(service.rtsp, transport), ...login],
						pictures,
					),
				),
			);
		rows.push(
			row(
				"fragmented MP4 in Chromium",
				await shownLatencies(service, pictures),
			),
		);
	} finally {
		await service.remove();
	}
	for (const transport of ["tcp", "udp"]) rows.push(await peerRow(transport));
	return rows;
}

const at = (port: number, transport: string) => [
	`location=rtsp://127.0.0.1:${port}/main`,
	`protocols=${transport}`,
];

/** As the same settings of a profile make it for us. */
function encoder(): string[] {
	const settings = encoderConfiguration({
		...{ frameRate, govLength: frameRate, h264Profile: "Baseline" },
	});
	return [...h264Elements("x264enc", settings), "!", "h264parse"];
}

async function peerRow(transport: string): Promise<string[]> {
	const folder = mkdtempSync(join(tmpdir(), "onvifd-bench-"));
	const socket = join(folder, "pictures");
	const capture = spawn(
		path("bin/gst-launch-1.0"),
		captureLine(
			{
				source: { kind: "test", pattern: "ball", clock: false },
				...{ width, height, frameRate },
			},
			socket,
		),
		{ stdio: "ignore", env: pictureEnvironment },
	);
	const children: ChildProcess[] = [capture];
	try {
		await until(() => existsSync(socket), "the capture");
		const server = spawn(
			"/usr/bin/python3",
			[path("gst-rtsp-server.py"), socket, ...encoder()],
			{ stdio: ["ignore", "pipe", "inherit"] },
		);
		children.push(server);
		const location = at(await portOf(server), transport);
		return row(
			`gst-rtsp-server over ${transport.toUpperCase()}`,
			await decodedLatencies(location, pictures),
		);
	} finally {
		for (const child of children.reverse()) {
			const ended = once(child, "exit");
			if (child.exitCode === null && child.signalCode === null) {
				child.kill(child === capture ? "SIGINT" : "SIGKILL");
				await ended;
			}
		}
		rmSync(folder, { recursive: true, force: true });
	}
}

async function portOf({ stdout }: ChildProcess): Promise<number> {
	const [text] = stdout ? await once(stdout.setEncoding("utf8"), "data") : [];
	return Number(/port (\d+)/.exec(String(text))?.[1]);
}

function row(name: string, latencies: readonly number[]): string[] {
	const sorted = latencies.toSorted((a, b) => a - b);
	const share = (part: number) =>
		(
			sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ??
			Number.NaN
		).toFixed(0);
	return [name, share(0), share(0.5), share(0.9), share(1)];
}
