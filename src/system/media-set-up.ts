import type { CaptureWish } from "./capture-mode.ts";
import {
	codesToTry,
	formatsBehind,
	isBayer,
	type PictureKind,
} from "./media-bus-formats.ts";
import {
	listPadCodes,
	MediaCtlError,
	printTopology,
	setLink,
} from "./media-ctl.ts";
import type { FoundPipeline } from "./media-find.ts";
import type { PadFormat } from "./media-graph.ts";
import {
	differences,
	firstPad,
	formatWord,
	setUpFormats,
	Unfit,
} from "./media-pipeline.ts";
import { linkChanges } from "./media-route.ts";
import type {
	SensorOptions,
	SensorRequest,
	SensorSetup,
} from "./sensor-setup.ts";
import { VideoDeviceError } from "./video-device.ts";

interface Outcome {
	readonly setup: SensorSetup;
	/** The graph as it is now. */
	readonly topology: string;
	/** What came out otherwise than wished. */
	readonly notes: readonly string[];
}

// What each bus format failed for fills a screen; the first of each kind tells.
const mostReasons = 3;

/**
 * Links, then the first bus format on which sensor, sub-devices and video node agree.
 * @throws MediaCtlError
 * @throws VideoDeviceError when there is none
 */
export async function setUpPipeline(
	pipeline: FoundPipeline,
	request: SensorRequest,
	options: SensorOptions,
): Promise<Outcome> {
	const { device, graph, route } = pipeline;
	for (const { source, sink, enabled } of linkChanges(graph, route))
		await setLink(device, source, sink, enabled, options);
	const reasons: string[] = [];
	const notes: string[] = [];
	for (const kind of request.kinds) {
		const codes = await codesFor(kind, pipeline, request, options);
		if (codes.length === 0) reasons.push(noneShared(kind, pipeline));
		for (const code of codes) {
			try {
				const { setup, lines } = await tryCode(
					pipeline,
					request,
					kind,
					code,
					options,
				);
				const topology = await printTopology(device, options);
				return { setup, topology, notes: [...notes, ...lines] };
			} catch (error) {
				reasons.push(reasonOf(error));
			}
		}
		const reason = reasons.at(-1);
		if (kind === "jpeg" && reason)
			notes.push(`no JPEG from the sensor: ${reason}`);
	}
	const sensor = firstPad(route).entity;
	throw new VideoDeviceError(
		"failed",
		`sensor "${sensor}" and ${request.path} agree on no picture format: ${reasons.slice(0, mostReasons).join("; ")}`,
	);
}

/** Why the next bus format is to be tried; what stands in the way of all of them is thrown on. */
function reasonOf(error: unknown): string {
	if (error instanceof Unfit) return error.message;
	if (error instanceof MediaCtlError && error.trouble === "refused")
		return error.message;
	throw error;
}

/** What is worth a try: of what can be used, that which both ends of the sensor's link say they have. */
async function codesFor(
	kind: PictureKind,
	{ graph, route }: FoundPipeline,
	{ choice }: SensorRequest,
	options: SensorOptions,
): Promise<readonly string[]> {
	if (kind === "raw" && choice.busFormat !== null) return [choice.busFormat];
	const ends = [firstPad(route), route[0]?.sink].flatMap((end) => {
		const entity = graph.entities.find(({ name }) => name === end?.entity);
		return entity?.kind === "subdevice" && entity.node && end
			? [{ node: entity.node, pad: end.pad, entity }]
			: [];
	});
	const lists: ReadonlySet<string>[] = [];
	for (const { node, pad } of ends)
		lists.push(await listPadCodes(node, pad, options));
	const present = ends[0]?.entity.pads.find(
		({ index }) => index === ends[0]?.pad,
	)?.format?.code;
	return codesToTry(kind, present, route.length > 1).filter((code) =>
		lists.every((list) => list.size === 0 || list.has(code)),
	);
}

function hasSize(one: PadFormat, other: CaptureWish): boolean {
	return one.width === other.width && one.height === other.height;
}

function noneShared(kind: PictureKind, { route }: FoundPipeline): string {
	const [first] = route;
	const what = kind === "jpeg" ? "JPEG" : "pictures that can be used";
	return `"${first?.source.entity}" and "${first?.sink.entity}" have no bus format for ${what} in common`;
}

async function tryCode(
	pipeline: FoundPipeline,
	request: SensorRequest,
	kind: PictureKind,
	code: string,
	options: SensorOptions,
): Promise<{ setup: SensorSetup; lines: readonly string[] }> {
	const { sensor, arriving } = await setUpFormats(
		pipeline,
		code,
		request,
		options,
	);
	const formats = formatsBehind(await request.formats(), arriving);
	if (formats.length === 0 || isBayer(arriving.code))
		throw new Unfit(
			`${request.path} has no format for the ${formatWord(arriving)} that reaches it`,
		);
	// Raw pictures are to be had still: JPEG is worth its while only as it comes.
	const isLast = request.kinds.at(-1) === kind;
	if (kind === "jpeg" && !isLast && !hasSize(arriving, request))
		throw new Unfit(
			`its JPEG is ${arriving.width}x${arriving.height}, not ${request.width}x${request.height}`,
		);
	const pad = firstPad(pipeline.route);
	return {
		setup: { kind, formats },
		lines: differences(pad, sensor, request, kind),
	};
}
