import type { MediaEntity, MediaGraph, MediaLink } from "./media-graph.ts";

/** A pad by the name that `media-ctl` takes. */
export interface PadName {
	readonly entity: string;
	readonly pad: number;
}

/** A link from a source pad to the sink pad that it feeds. */
export interface Hop {
	readonly source: PadName;
	readonly sink: PadName;
	readonly enabled: boolean;
	readonly immutable: boolean;
}

/** From a sensor over sub-devices to the video node, in the order in which pictures go. */
export type Route = readonly Hop[];

// A search that goes wrong on a strange graph ends.
const mostSteps = 10_000;

/** `ov5640 *` matches `ov5640 3-003c`: a star stands for anything, since bus numbers vary from kernel to kernel. */
export function matchesPattern(name: string, pattern: string): boolean {
	const parts = pattern
		.split("*")
		.map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&"));
	return new RegExp(`^${parts.join(".*")}$`).test(name);
}

/** Sensors, decoders and generators: sub-devices that nothing feeds. */
export function sensorsOf(graph: MediaGraph): readonly MediaEntity[] {
	return graph.entities.filter(
		({ kind, pads }) =>
			kind === "subdevice" &&
			pads.length > 0 &&
			pads.every(({ direction }) => direction === "source"),
	);
}

/**
 * The way from a sensor to `node` that needs the fewest links switched on, then the shortest.
 * Undefined when no sensor whose name matches leads there.
 */
export function routeTo(
	graph: MediaGraph,
	node: string,
	pattern = "*",
): Route | undefined {
	const sensors = new Set(
		sensorsOf(graph)
			.map(({ name }) => name)
			.filter((name) => matchesPattern(name, pattern)),
	);
	let best: Route | undefined;
	let steps = 0;
	const walk = (name: string, route: Route) => {
		if (++steps > mostSteps) return;
		if (sensors.has(name) && (!best || cost(route) < cost(best))) best = route;
		for (const hop of hopsInto(graph, name))
			if (!route.some(({ sink }) => sink.entity === hop.source.entity))
				walk(hop.source.entity, [hop, ...route]);
	};
	const start = graph.entities.find((entity) => entity.node === node);
	if (start?.kind === "node") walk(start.name, []);
	return best;
}

/** One link more to switch on weighs more than any number of entities on the way. */
function cost(route: Route): number {
	return (
		route.filter(({ enabled }) => !enabled).length * mostSteps + route.length
	);
}

function hopsInto(graph: MediaGraph, name: string): Hop[] {
	const pads = graph.entities.find((entity) => entity.name === name)?.pads;
	return (pads ?? [])
		.filter(({ direction }) => direction === "sink")
		.flatMap(({ index, links }) =>
			links.map((link) => ({
				source: { entity: link.entity, pad: link.pad },
				sink: { entity: name, pad: index },
				...flags(link),
			})),
		)
		.filter(({ enabled, immutable }) => enabled || !immutable);
}

function hopsOutOf(graph: MediaGraph, name: string): Hop[] {
	const pads = graph.entities.find((entity) => entity.name === name)?.pads;
	return (pads ?? [])
		.filter(({ direction }) => direction === "source")
		.flatMap(({ index, links }) =>
			links.map((link) => ({
				source: { entity: name, pad: index },
				sink: { entity: link.entity, pad: link.pad },
				...flags(link),
			})),
		);
}

function flags({ enabled, immutable }: MediaLink) {
	return { enabled, immutable };
}

const same = (one: PadName, other: PadName) =>
	one.entity === other.entity && one.pad === other.pad;

const isOn = (route: Route, hop: Hop) =>
	route.some(
		({ source, sink }) => same(source, hop.source) && same(sink, hop.sink),
	);

/** The links to switch so that the route, and nothing beside it that can be switched off, carries pictures: off before on. */
export function linkChanges(graph: MediaGraph, route: Route): readonly Hop[] {
	const beside = [
		...route.flatMap(({ source, sink }) => [
			...hopsOutOf(graph, source.entity),
			...hopsInto(graph, sink.entity),
		]),
		...branches(graph, route).flatMap(({ sink }) =>
			hopsOutOf(graph, sink.entity),
		),
	];
	const off = beside.filter(
		(hop, at) =>
			hop.enabled &&
			!hop.immutable &&
			!isOn(route, hop) &&
			beside.findIndex((other) => isOn([other], hop)) === at,
	);
	const on = route.filter(({ enabled }) => !enabled);
	return [
		...off.map((hop) => ({ ...hop, enabled: false })),
		...on.map((hop) => ({ ...hop, enabled: true })),
	];
}

/**
 * The links that branch off the route for good. The kernel checks the formats of all that hangs there before it
 * streams ("Broken pipe"), though nobody wants its pictures.
 */
export function branches(graph: MediaGraph, route: Route): readonly Hop[] {
	const found: Hop[] = [];
	const names = route.map(({ source }) => source.entity);
	for (const name of names) {
		for (const hop of hopsOutOf(graph, name)) {
			if (!hop.immutable || isOn(route, hop) || isOn(found, hop)) continue;
			found.push(hop);
			if (found.length < mostSteps) names.push(hop.sink.entity);
		}
	}
	return found;
}
