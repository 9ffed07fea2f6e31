import { processTree } from "../system/process-tree.ts";
import { examine, type Finding } from "./finding.ts";
import type { Patient } from "./patient.ts";
import { lookAtSensor } from "./sensor.ts";
import type { Service } from "./service.ts";
import { checkControls, checkDevice, checkFormats } from "./video-device.ts";

/** v4l2-ctl is given ten seconds, twice. */
const deviceMs = 25_000;

type Config = Patient["config"];
type V4l2Source = Extract<Config["source"], { readonly kind: "v4l2" }>;

/** Where the picture comes from; no findings where there is nothing to be looked at. */
export async function checkSource(
	config: Config,
	service: Promise<Service>,
): Promise<readonly Finding[]> {
	const { source } = config;
	if (source.kind !== "v4l2") return [];
	const found = await service;
	const pid = found.kind === "running" ? found.pid : undefined;
	const { device, mediaController } = source;
	const ours = await processTree(pid ?? process.pid);
	const access = await examine("video device", deviceMs, () =>
		checkDevice(device, ours),
	);
	if (!access.ok) return [access];
	const sensor = await checkSensor(device, mediaController);
	const controls = await examine("video controls", deviceMs, () =>
		checkControls(device),
	);
	// What its device offers depends on how it is set up.
	if (sensor) return [access, sensor, controls];
	const formats = await examine("video formats", deviceMs, () =>
		checkFormats(device, config),
	);
	return [access, formats, controls];
}

/** Undefined for a camera that needs no setting up. */
async function checkSensor(
	device: string,
	choice: V4l2Source["mediaController"],
): Promise<Finding | undefined> {
	let there = true;
	const finding = await examine("sensor", deviceMs, async () => {
		const health = await lookAtSensor(device, choice);
		there = health !== undefined;
		return health ?? "none to set up";
	});
	return there ? finding : undefined;
}
