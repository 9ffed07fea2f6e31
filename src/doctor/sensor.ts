import { realpath } from "node:fs/promises";
import { findPipeline } from "../system/media-find.ts";
import { formatWord } from "../system/media-pipeline.ts";
import type { SensorChoice, SensorOptions } from "../system/sensor-setup.ts";
import { VideoDeviceError } from "../system/video-device.ts";
import { type Health, Trouble } from "./finding.ts";

const openSubdevices = "usermod -aG video USER, then log in again";

/**
 * Whether the sensor behind a device can be set up; nothing is changed. Undefined for a device that needs no setting
 * up.
 * @throws Trouble when it may not be opened or is not there
 */
export async function lookAtSensor(
	device: string,
	choice: SensorChoice,
	options: SensorOptions = {},
): Promise<Health | undefined> {
	const node = await realpath(device);
	const pipeline = await findPipeline(device, node, choice, options).catch(
		(error: unknown) => {
			throw error instanceof VideoDeviceError ? troubleOf(error) : error;
		},
	);
	if (!pipeline) return undefined;
	const names = new Set(pipeline.route.map(({ source }) => source.entity));
	const way = pipeline.graph.entities.filter(({ name }) => names.has(name));
	const closed = way.find(
		({ node, pads }) => node && pads.some(({ format }) => !format),
	);
	if (closed)
		throw new Trouble(
			`"${closed.name}" (${closed.node}), which sets up the camera, may not be opened by this user`,
			openSubdevices,
		);
	const [sensor, ...others] = [...names];
	const through = others.map((name) => ` -> "${name}"`).join("");
	const first = pipeline.route[0]?.source;
	const gives = way
		.find(({ name }) => name === sensor)
		?.pads.find(({ index }) => index === first?.pad)?.format;
	return `"${sensor}"${through} -> ${device} in ${pipeline.device}${gives ? `; now ${formatWord(gives)}, set up anew before each start` : ""}`;
}

function troubleOf({ message, trouble }: VideoDeviceError): Trouble {
	const remedies: Readonly<Partial<Record<typeof trouble, string>>> = {
		permission: openSubdevices,
		"no-tool": "apt-get install v4l-utils",
	};
	return new Trouble(
		message,
		remedies[trouble] ?? "mend source.v4l2.mediaController",
	);
}
