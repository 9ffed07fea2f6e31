import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import {
	type MediaGraph,
	parseMediaGraph,
} from "../../src/system/media-graph.ts";
import {
	branches,
	type Hop,
	linkChanges,
	matchesPattern,
	routeTo,
} from "../../src/system/media-route.ts";

function graphOf(name: string): MediaGraph {
	const url = new URL(`../../fixtures/media-ctl/${name}.txt`, import.meta.url);
	return parseMediaGraph(readFileSync(url, "utf8"));
}
const vimc = graphOf("vimc");

const words = (hops: readonly Hop[] | undefined) =>
	hops?.map(
		({ source, sink, enabled }) =>
			`${source.entity}:${source.pad} -> ${sink.entity}:${sink.pad} [${enabled ? 1 : 0}]`,
	);

const patterns: readonly [string, string, boolean][] = [
	["ov5640 3-003c", "ov5640 *", true],
	["ov5640 3-003c", "ov5640*", true],
	["ov5640 3-003c", "*", true],
	["ov5640 3-003c", "ov5640", false],
	["ov5640 3-003c", "ov5640 ?-003c", false],
	["Sensor A", "Sensor A", true],
	["Sensor A", "sensor A", false],
	["RGB/YUV Input", "RGB/YUV Inp.t", false],
];
for (const [name, pattern, expected] of patterns)
	test(`"${name}" ${expected ? "matches" : "does not match"} "${pattern}"`, () => {
		assert.equal(matchesPattern(name, pattern), expected);
	});

test("without a pattern, the sensor that is linked already", () => {
	const route = routeTo(vimc, "/dev/video2");
	assert.deepEqual(words(route), [
		"Sensor A:0 -> Debayer A:0 [1]",
		"Debayer A:1 -> Scaler:0 [1]",
		"Scaler:1 -> RGB/YUV Capture:0 [1]",
	]);
	assert.deepEqual(words(linkChanges(vimc, route ?? [])), []);
	assert.deepEqual(words(branches(vimc, route ?? [])), [
		"Sensor A:0 -> Raw Capture 0:0 [1]",
	]);
});

test("another sensor is linked, and the one that was is not any more", () => {
	const route = routeTo(vimc, "/dev/video2", "*B");
	assert.deepEqual(words(route), [
		"Sensor B:0 -> Debayer B:0 [1]",
		"Debayer B:1 -> Scaler:0 [0]",
		"Scaler:1 -> RGB/YUV Capture:0 [1]",
	]);
	assert.deepEqual(words(linkChanges(vimc, route ?? [])), [
		"Debayer A:1 -> Scaler:0 [0]",
		"Debayer B:1 -> Scaler:0 [1]",
	]);
	assert.deepEqual(words(branches(vimc, route ?? [])), [
		"Sensor B:0 -> Raw Capture 1:0 [1]",
	]);
});

test("what hangs on the sensor for good has to agree, and is cut off where it can be", () => {
	const route = routeTo(vimc, "/dev/video0");
	assert.deepEqual(words(route), ["Sensor A:0 -> Raw Capture 0:0 [1]"]);
	assert.deepEqual(words(linkChanges(vimc, route ?? [])), [
		"Debayer A:1 -> Scaler:0 [0]",
	]);
	assert.deepEqual(words(branches(vimc, route ?? [])), [
		"Sensor A:0 -> Debayer A:0 [1]",
	]);
});

test("no way leads to a node without sensors, nor from a sensor that is not there", () => {
	assert.equal(routeTo(graphOf("vivid"), "/dev/video3"), undefined);
	assert.equal(routeTo(vimc, "/dev/video7"), undefined);
	assert.equal(routeTo(vimc, "/dev/v4l-subdev2"), undefined);
	assert.equal(routeTo(vimc, "/dev/video2", "ov5640 *"), undefined);
	assert.equal(routeTo(vimc, "/dev/video2", "Lens A"), undefined);
});

test("links in a circle end", () => {
	const pads = (other: string) =>
		(["sink", "source"] as const).map((direction, index) => ({
			index,
			direction,
			format: undefined,
			links: [
				{ entity: other, pad: 1 - index, enabled: true, immutable: false },
			],
		}));
	const node = {
		name: "node",
		kind: "node" as const,
		node: "/dev/video0",
		pads: [
			{
				index: 0,
				direction: "sink" as const,
				format: undefined,
				links: [{ entity: "a", pad: 1, enabled: true, immutable: false }],
			},
		],
	};
	const subdevice = (name: string, other: string) => ({
		name,
		kind: "subdevice" as const,
		node: `/dev/${name}`,
		pads: pads(other),
	});
	assert.equal(
		routeTo(
			{
				driver: "",
				entities: [node, subdevice("a", "b"), subdevice("b", "a")],
			},
			"/dev/video0",
		),
		undefined,
	);
});
