import { mediaControllersFor } from "./media-controllers.ts";
import { MediaCtlError, printTopology } from "./media-ctl.ts";
import { type MediaGraph, parseMediaGraph } from "./media-graph.ts";
import type { Pipeline } from "./media-pipeline.ts";
import { routeTo, sensorsOf } from "./media-route.ts";
import { mediaTrouble } from "./media-trouble.ts";
import type { SensorChoice, SensorOptions } from "./sensor-setup.ts";
import { VideoDeviceError } from "./video-device.ts";

export interface FoundPipeline extends Pipeline {
	/** What `media-ctl -p` printed. */
	readonly topology: string;
}

/**
 * The media controller whose graph holds a video node, and the way from its sensor there. Undefined when no sensor
 * that can be set up is behind the node.
 * @throws VideoDeviceError when one was configured and is not there, or may not be opened
 */
export async function findPipeline(
	path: string,
	node: string,
	choice: SensorChoice,
	options: SensorOptions,
): Promise<FoundPipeline | undefined> {
	const candidates = choice.device
		? [choice.device]
		: await mediaControllersFor(node, options.sys);
	const controller = await firstHolding(path, node, candidates, options);
	const wanted = choice.device !== null || choice.entity !== null;
	if (!controller) {
		if (!wanted) return undefined;
		const where = choice.device ?? "no media controller of this host";
		throw new VideoDeviceError(
			"failed",
			`${path} has no sensor to set up: ${where}${choice.device ? " does not hold it" : " holds it"}; \`media-ctl -p -d /dev/mediaN\` shows what one holds, and source.v4l2.mediaController is only for such cameras`,
		);
	}
	const { graph } = controller;
	const route = routeTo(graph, node, choice.entity ?? undefined);
	const sensor = graph.entities.find(
		({ name }) => name === route?.[0]?.source.entity,
	);
	if (route && sensor?.node) return { ...controller, route };
	if (choice.entity === null) return undefined;
	const names = sensorsOf(graph).map(({ name }) => `"${name}"`);
	throw new VideoDeviceError(
		"failed",
		`no sensor named "${choice.entity}" leads to ${path} in ${controller.device}; ${names.length > 0 ? `its sensors are ${names.join(", ")}` : "it has no sensors"}: mend source.v4l2.mediaController.entity`,
	);
}

interface Controller {
	readonly device: string;
	readonly topology: string;
	readonly graph: MediaGraph;
}

async function firstHolding(
	path: string,
	node: string,
	candidates: readonly string[],
	options: SensorOptions,
): Promise<Controller | undefined> {
	let trouble: MediaCtlError | undefined;
	let troubled = "";
	for (const device of candidates) {
		try {
			const topology = await printTopology(device, options);
			const graph = parseMediaGraph(topology);
			if (graph.entities.some((entity) => entity.node === node))
				return { device, topology, graph };
		} catch (error) {
			if (!(error instanceof MediaCtlError)) throw error;
			if (!trouble) troubled = device;
			trouble ??= error;
		}
	}
	// One that cannot be looked at may be the one.
	if (!trouble) return undefined;
	const pipeline = {
		device: troubled,
		graph: { driver: "", entities: [] },
		route: [],
	};
	throw await mediaTrouble(path, pipeline, trouble, options);
}
