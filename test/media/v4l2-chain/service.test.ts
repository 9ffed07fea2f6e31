import { execFileSync } from "node:child_process";
import { closeSync, openSync, readFileSync, rmSync } from "node:fs";
import { after, before, describe } from "node:test";
import { descendants } from "../../helpers/children.ts";
import { type RunningService, startService } from "../../helpers/service.ts";
import { type ChainHost, chainServiceCases } from "./service-cases.ts";
import { Devices, pictureSize, standInPath } from "./stand-ins.ts";

/** The service looks for video devices, so they are nodes here, of a number that no driver has. */
const noDriver = ["c", "81", "250"];
const skip =
	process.getuid?.() === 0 ? false : "making device nodes takes root";

// asm-generic/fcntl.h, O_PATH
const onlyPath = 0o10000000;

describe("a profile made by the v4l2 chain's stand-ins", { skip }, () => {
	let devices: Devices;
	let service: RunningService;
	let host: ChainHost;

	before(async () => {
		devices = new Devices({ nodes: noDriver });
		devices.record();
		const { camera, loopback } = devices;
		service = await startService({
			env: { PATH: standInPath() },
			config: {
				source: { v4l2: { device: camera } },
				profiles: [
					{
						token: "main",
						encoding: "H264",
						...pictureSize,
						govLength: 5,
						engine: "v4l2-chain",
						chain: { loopback },
					},
				],
			},
		});
		host = {
			ports: service,
			rtspPort: service.rtsp,
			size: { width: pictureSize.width, height: pictureSize.height },
			camera,
			loopback,
			running: async (program) =>
				descendants(service.pid)
					.filter(({ commandLine }) => commandLine.includes(`/${program}.mjs`))
					.map(({ pid }) => pid),
			kill: async (pid) => void process.kill(pid, "SIGKILL"),
			said: async () => service.stdout() + service.stderr(),
			async hold() {
				const file = openSync(loopback, onlyPath);
				const name = readFileSync("/proc/self/comm", "utf8").trim();
				return {
					holder: `${name} (pid ${process.pid})`,
					release: async () => closeSync(file),
				};
			},
			unplug: async () => rmSync(camera),
			plugIn: async () => void execFileSync("mknod", [camera, ...noDriver]),
		};
	});
	after(async () => {
		await service?.remove();
		devices?.remove();
	});

	chainServiceCases(() => host);
});
