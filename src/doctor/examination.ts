import { processTree } from "../system/process-tree.ts";
import { checkClock } from "./clock.ts";
import { checkElements } from "./elements.ts";
import { checkEncoders } from "./encoders.ts";
import { examine, type Finding } from "./finding.ts";
import { checkAddresses, checkMulticast } from "./network.ts";
import type { Patient } from "./patient.ts";
import { checkPort } from "./ports.ts";
import { checkPrograms } from "./programs.ts";
import { lookAtSensor } from "./sensor.ts";
import { findService, type Service } from "./service.ts";
import { checkStateFolder, checkUserFile } from "./state.ts";
import { askService } from "./stranger.ts";
import { checkDevice, checkFormats } from "./video-device.ts";

const quickMs = 5000;
/** gst-inspect-1.0 looks through every plug-in where its registry is old. */
const registryMs = 30_000;
/** v4l2-ctl is given ten seconds, twice. */
const deviceMs = 25_000;

type Findings = readonly Finding[];

/**
 * Every check, all at once as far as they can be: promises of findings in the order in which people read them.
 * What asks the service waits for it, and what plays from it for our own encoders to be done.
 */
export function examination(patient: Patient): readonly Promise<Findings>[] {
	const { config } = patient;
	const service = findService(patient);
	const encoders = checkEncoders(patient);
	const one = (...args: Parameters<typeof examine>) =>
		examine(...args).then((finding) => [finding]);
	return [
		one("configuration", quickMs, async () => {
			if (config.warnings.length > 0)
				return {
					detail: config.warnings.join("; "),
					advice: "src/config/default.yaml explains every key",
				};
			return patient.configFile ?? "the defaults, without a file";
		}),
		one("programs", quickMs, async () => checkPrograms(patient)),
		one("elements", registryMs, () => checkElements(patient)),
		encoders,
		...videoDevice(patient, service),
		...(["http", "rtsp"] as const).map((key) =>
			one(`port ${key}`, quickMs * 2, async () =>
				checkPort({ key, ...config[key] }, await service),
			),
		),
		one("clock", quickMs, async () => checkClock(patient)),
		one("addresses", quickMs, async () => checkAddresses(patient)),
		one("multicast", quickMs, () => checkMulticast(patient)),
		one("state folder", quickMs, () => checkStateFolder(patient)),
		one("users file", quickMs, () => checkUserFile(patient)),
		...askService(patient, service, encoders),
	];
}

function videoDevice(
	{ config }: Patient,
	service: Promise<Service>,
): readonly Promise<Findings>[] {
	const { source } = config;
	if (source.kind !== "v4l2") return [];
	return [checkVideoDevice(source, config, service)];
}

type V4l2Source = Extract<
	Patient["config"]["source"],
	{ readonly kind: "v4l2" }
>;

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

async function checkVideoDevice(
	{ device, mediaController }: V4l2Source,
	config: Patient["config"],
	service: Promise<Service>,
): Promise<Findings> {
	const found = await service;
	const pid = found.kind === "running" ? found.pid : undefined;
	const ours = await processTree(pid ?? process.pid);
	const access = await examine("video device", deviceMs, () =>
		checkDevice(device, ours),
	);
	if (!access.ok) return [access];
	const sensor = await checkSensor(device, mediaController);
	// What its device offers depends on how it is set up.
	if (sensor) return [access, sensor];
	const formats = await examine("video formats", deviceMs, () =>
		checkFormats(device, config),
	);
	return [access, formats];
}
