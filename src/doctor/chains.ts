import { release } from "node:os";
import { encoderTokenOf, readyEncoder } from "../camera/state.ts";
import { chainPlans } from "../chain-plans.ts";
import type { ChainPlan, StreamPlan } from "../media/types.ts";
import { type ChainDevices, hostDevices } from "../media/v4l2-chain/devices.ts";
import type { ModuleFolders } from "../system/loopback-module.ts";
import { processTree } from "../system/process-tree.ts";
import { tryChain } from "./chain-trial.ts";
import { examine, type Finding } from "./finding.ts";
import { checkLoopbackDevice, checkLoopbackModule } from "./loopback.ts";
import type { Patient } from "./patient.ts";
import { checkDirectPort } from "./ports.ts";
import { checkChainPrograms } from "./programs.ts";
import type { Service } from "./service.ts";
import { checkDevice } from "./video-device.ts";

const quickMs = 10_000;
/** v4l2-ctl is given ten seconds, twice. */
const deviceMs = 25_000;
/** The programs start slowly on a small board, and the first key frame may be seconds away. */
const trialMs = 40_000;

/** The host as the chains need it; tests bring one that misbehaves. */
export interface ChainHost {
	readonly devices: ChainDevices;
	readonly folders: ModuleFolders;
	/** Looks at a chain's camera that is not the source. */
	readonly camera: typeof checkDevice;
}

type ChainStream = StreamPlan & { readonly chain: ChainPlan };

const thisHost = (): ChainHost => ({
	devices: hostDevices({ info() {}, warn() {}, error() {} }),
	folders: {
		loaded: "/sys/module",
		installed: `/lib/modules/${release()}`,
		video: "/sys/class/video4linux",
	},
	camera: checkDevice,
});

/** What the profiles of `engine: v4l2-chain` need: no findings where there is none. */
export async function checkChains(
	patient: Patient,
	service: Promise<Service>,
	host: ChainHost = thisHost(),
): Promise<readonly Finding[]> {
	const streams = chainStreams(patient.config);
	if (streams.length === 0) return [];
	const found = await service;
	const running = found.kind === "running";
	const ours = await processTree((running && found.pid) || process.pid);
	const { folders } = host;
	const tools = [
		await examine("chain programs", quickMs, async () =>
			checkChainPrograms(patient.path),
		),
		await examine("v4l2loopback", quickMs, () => checkLoopbackModule(folders)),
	];
	const each = streams.map((stream) =>
		checkChain(stream, streams, { patient, found, ours, host }),
	);
	const devices = (await Promise.all(each)).flat();
	// A running service has the camera; then its own profile is watched, through the chain.
	const well = [...tools, ...devices].every(({ ok }) => ok);
	if (running || !well) return [...tools, ...devices];
	const trials: Finding[] = [];
	// One after the other: chains may share a camera.
	for (const stream of streams)
		trials.push(
			await examine(`chain ${stream.token}`, trialMs, (signal) =>
				tryChain(stream, host.devices, patient.clock, signal),
			),
		);
	return [...tools, ...devices, ...trials];
}

function chainStreams(config: Patient["config"]): readonly ChainStream[] {
	const plans = chainPlans(config);
	return config.profiles.flatMap((profile) => {
		const chain = plans.get(encoderTokenOf(profile.token));
		const { token } = profile;
		return chain ? [{ token, encoder: readyEncoder(profile), chain }] : [];
	});
}

interface Surroundings {
	readonly patient: Patient;
	readonly found: Service;
	/** The service's processes, or our own. */
	readonly ours: ReadonlySet<number>;
	readonly host: ChainHost;
}

async function checkChain(
	{ token, chain }: ChainStream,
	all: readonly ChainStream[],
	{ patient, found, ours, host }: Surroundings,
): Promise<readonly Finding[]> {
	const { source } = patient.config;
	const wanted = all.map((stream) => stream.chain.loopback);
	const looks = [
		examine(`loopback ${token}`, deviceMs, () =>
			checkLoopbackDevice(chain.loopback, wanted, ours, host),
		),
	];
	if (source.kind !== "v4l2" || source.device !== chain.camera)
		looks.push(
			examine(`camera ${token}`, deviceMs, () =>
				host.camera(chain.camera, ours),
			),
		);
	const port = chain.direct?.port;
	if (port !== undefined)
		looks.push(
			examine(`port ${token}`, quickMs, () =>
				checkDirectPort(port, token, found, ours),
			),
		);
	return Promise.all(looks);
}
