import type { CaptureWish } from "./capture-mode.ts";
import {
	fourccOf,
	isBayer,
	type PictureKind,
	yuvCodes,
} from "./media-bus-formats.ts";
import {
	getPadFormat,
	padWord,
	setNodeFormat,
	setPadFormat,
	type ToolOptions,
} from "./media-ctl.ts";
import type { MediaGraph, PadFormat } from "./media-graph.ts";
import { branches, type Hop, type PadName, type Route } from "./media-route.ts";

/** A graph with the way through it that is to carry pictures. */
export interface Pipeline {
	/** `/dev/media0` */
	readonly device: string;
	readonly graph: MediaGraph;
	readonly route: Route;
}

/** What keeps a bus format from the whole way; the next one may pass. */
export class Unfit extends Error {
	override readonly name = "Unfit";
}

/**
 * Sets one bus format from the sensor to the video node, each pad read back, since a driver silently takes another
 * code or size. Resolves with what arrives at the node and what the sensor gives.
 * @throws Unfit when two ends of a link cannot agree: the kernel would refuse to stream ("Broken pipe")
 */
export async function setUpFormats(
	pipeline: Pipeline,
	code: string,
	wish: CaptureWish,
	options: ToolOptions,
): Promise<{ readonly sensor: PadFormat; readonly arriving: PadFormat }> {
	const first = firstPad(pipeline.route);
	const sensor = await setSensor(pipeline.device, first, code, wish, options);
	let arriving = sensor;
	for (const { source, sink } of pipeline.route) {
		if (source !== first && isOpen(pipeline, source))
			arriving = await setSource(pipeline, source, arriving, options);
		if (isOpen(pipeline, sink))
			await setSink(pipeline.device, sink, arriving, options);
	}
	for (const branch of branches(pipeline.graph, pipeline.route))
		await setBranch(pipeline, branch, options);
	return { sensor, arriving };
}

/** Drivers keep some sub-devices to themselves; video nodes are set by who captures. */
function isOpen({ graph }: Pipeline, { entity }: PadName): boolean {
	const found = graph.entities.find(({ name }) => name === entity);
	return found?.kind === "subdevice" && found.node !== undefined;
}

export function firstPad(route: Route): PadName {
	const pad = route[0]?.source;
	if (!pad) throw new Error("a route has a sensor");
	return pad;
}

async function setSensor(
	device: string,
	pad: PadName,
	code: string,
	wish: CaptureWish,
	options: ToolOptions,
): Promise<PadFormat> {
	const { width, height } = wish;
	await setPadFormat(device, pad, { code, width, height }, options);
	const got = await getPadFormat(device, pad, options);
	if (got.code !== code)
		throw new Unfit(`${padWord(pad)} gives ${got.code} instead of ${code}`);
	const rate = Math.round(wish.frameRate);
	const { interval } = got;
	if (!interval || interval.denominator === rate * interval.numerator)
		return got;
	await setPadFormat(
		device,
		pad,
		{ ...got, interval: { numerator: 1, denominator: rate } },
		options,
	);
	return getPadFormat(device, pad, options);
}

async function setSink(
	device: string,
	pad: PadName,
	wish: PadFormat,
	options: ToolOptions,
): Promise<void> {
	const { code, width, height } = wish;
	await setPadFormat(device, pad, { code, width, height }, options);
	const got = await getPadFormat(device, pad, options);
	if (!sameFormat(got, wish))
		throw new Unfit(
			`${padWord(pad)} takes ${formatWord(got)} instead of ${formatWord(wish)}`,
		);
}

/** What a processing sub-device gives: the same as it takes, or the picture that it makes of Bayer. */
async function setSource(
	{ device }: Pipeline,
	pad: PadName,
	taken: PadFormat,
	options: ToolOptions,
): Promise<PadFormat> {
	const present = await getPadFormat(device, pad, options);
	const { width, height } = taken;
	const codes = !isBayer(taken.code)
		? [taken.code]
		: isBayer(present.code)
			? [...yuvCodes, taken.code]
			: [present.code, ...yuvCodes];
	let got = present;
	for (const code of codes) {
		if (sameFormat(got, { code, width, height })) return got;
		await setPadFormat(device, pad, { code, width, height }, options);
		got = await getPadFormat(device, pad, options);
		if (got.code === code) return got;
	}
	return got;
}

/** A node or sub-device that hangs on the way for good, and must agree though nobody wants its pictures. */
async function setBranch(
	pipeline: Pipeline,
	{ source, sink }: Hop,
	options: ToolOptions,
): Promise<void> {
	const { device, graph } = pipeline;
	const entity = graph.entities.find(({ name }) => name === sink.entity);
	if (!entity?.node || !isOpen(pipeline, source)) return;
	const carried = await getPadFormat(device, source, options);
	if (entity.kind === "subdevice")
		return setSink(device, sink, carried, options);
	if (entity.kind !== "node") return;
	const fourcc = fourccOf(carried.code);
	const { width, height } = carried;
	if (
		fourcc === undefined ||
		!(await setNodeFormat(entity.node, { fourcc, width, height }, options))
	)
		throw new Unfit(
			`${entity.node} ("${entity.name}"), which hangs on the same sensor, does not take ${formatWord(carried)}`,
		);
}

export function sameFormat(one: PadFormat, other: PadFormat): boolean {
	return (
		one.code === other.code &&
		one.width === other.width &&
		one.height === other.height
	);
}

export function formatWord({ code, width, height }: PadFormat): string {
	return `${code} ${width}x${height}`;
}

/** What came out otherwise than wished, a line each for people; it works all the same. */
export function differences(
	pad: PadName,
	sensor: PadFormat,
	wish: CaptureWish,
	kind: PictureKind,
): string[] {
	const lines: string[] = [];
	const { width, height, interval } = sensor;
	const what = kind === "jpeg" ? "JPEG" : "pictures";
	if (width !== wish.width || height !== wish.height)
		lines.push(
			`sensor ${padWord(pad)} gives ${what} of ${width}x${height} instead of ${wish.width}x${wish.height}`,
		);
	const rate = interval && interval.denominator / interval.numerator;
	if (rate !== undefined && rate < wish.frameRate * 0.998)
		lines.push(
			`sensor ${padWord(pad)} gives ${Math.round(rate * 100) / 100} frames a second instead of ${wish.frameRate}`,
		);
	return lines;
}
