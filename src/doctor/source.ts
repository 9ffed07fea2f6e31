import { processTree } from "../system/process-tree.ts";
import { examine, type Finding } from "./finding.ts";
import type { Patient } from "./patient.ts";
import { planOf } from "./plan.ts";
import { lookAtSensor } from "./sensor.ts";
import type { Service } from "./service.ts";
import { checkControls, checkDevice, checkFormats } from "./video-device.ts";

/** v4l2-ctl is given ten seconds, twice. */
const deviceMs = 25_000;
/** Another camera may take five seconds for an answer and ten for a picture. */
const sourceMs = 30_000;

type Config = Patient["config"];
type V4l2Source = Extract<Config["source"], { readonly kind: "v4l2" }>;

/** Where the picture comes from; no findings where there is nothing to be looked at. */
export async function checkSource(
	config: Config,
	service: Promise<Service>,
): Promise<readonly Finding[]> {
	const { source } = config;
	switch (source.kind) {
		case "test":
			return [];
		case "v4l2":
			return checkV4l2(config, source, service);
		case "rtsp":
			return [await checkRtsp(config, source)];
		case "file":
			return [await checkFile(config, source.path)];
	}
}

type RtspSource = Extract<Config["source"], { readonly kind: "rtsp" }>;

async function checkRtsp(config: Config, source: RtspSource): Promise<Finding> {
	// Who has no such source need not load its client.
	const { checkOtherCamera } = await import("./other-camera.ts");
	return examine("other camera", sourceMs, (signal) =>
		checkOtherCamera(source, planOf(config).streams, signal),
	);
}

async function checkFile(config: Config, path: string): Promise<Finding> {
	const { checkVideoFile } = await import("./video-file.ts");
	return examine("video file", sourceMs, (signal) =>
		checkVideoFile(path, planOf(config).capture, signal),
	);
}

async function checkV4l2(
	config: Config,
	source: V4l2Source,
	service: Promise<Service>,
): Promise<readonly Finding[]> {
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
	// What its device offers depends on how it is set up; a chain tries for itself.
	const chained = config.profiles.every(({ engine }) => engine !== "gstreamer");
	if (sensor || chained) return [access, ...(sensor ? [sensor] : []), controls];
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
