import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import {
	type MediaGraph,
	parseMediaGraph,
	parsePadFormat,
} from "../../src/system/media-graph.ts";

function graphOf(name: string): MediaGraph {
	const url = new URL(`../../fixtures/media-ctl/${name}.txt`, import.meta.url);
	return parseMediaGraph(readFileSync(url, "utf8"));
}

test("vimc's graph is read whole", () => {
	const { driver, entities } = graphOf("vimc");
	assert.equal(driver, "vimc");
	assert.deepEqual(
		entities.map(({ name, kind, node, pads }) =>
			[name, kind, node, pads.length].join(" | "),
		),
		[
			"Sensor A | subdevice | /dev/v4l-subdev0 | 1",
			"Sensor B | subdevice | /dev/v4l-subdev1 | 1",
			"Debayer A | subdevice | /dev/v4l-subdev2 | 2",
			"Debayer B | subdevice | /dev/v4l-subdev3 | 2",
			"Raw Capture 0 | node | /dev/video0 | 1",
			"Raw Capture 1 | node | /dev/video1 | 1",
			"RGB/YUV Input | subdevice | /dev/v4l-subdev4 | 1",
			"Scaler | subdevice | /dev/v4l-subdev5 | 2",
			"RGB/YUV Capture | node | /dev/video2 | 1",
			"Lens A | subdevice | /dev/v4l-subdev6 | 0",
			"Lens B | subdevice | /dev/v4l-subdev7 | 0",
		],
	);
	assert.deepEqual(entities.find(({ name }) => name === "Scaler")?.pads, [
		{
			index: 0,
			direction: "sink",
			format: { code: "RGB888_1X24", width: 640, height: 480 },
			links: [
				{ entity: "Debayer A", pad: 1, enabled: true, immutable: false },
				{ entity: "Debayer B", pad: 1, enabled: false, immutable: false },
				{ entity: "RGB/YUV Input", pad: 0, enabled: false, immutable: false },
			],
		},
		{
			index: 1,
			direction: "source",
			format: { code: "RGB888_1X24", width: 640, height: 480 },
			links: [
				{ entity: "RGB/YUV Capture", pad: 0, enabled: true, immutable: true },
			],
		},
	]);
});

test("formats that were set with media-ctl are read without what follows them", () => {
	const formats = graphOf("vimc-set-up").entities.flatMap(({ name, pads }) =>
		pads.map(({ index, format }) => `${name}:${index} ${format?.code}`),
	);
	assert.deepEqual(
		formats.filter((line) => /A:|Scaler/.test(line)),
		[
			"Sensor A:0 SBGGR8_1X8",
			"Debayer A:0 SBGGR8_1X8",
			"Debayer A:1 RGB888_1X24",
			"Scaler:0 RGB888_1X24",
			"Scaler:1 RGB888_1X24",
		],
	);
});

test("vivid's graph is a node alone", () => {
	assert.deepEqual(graphOf("vivid"), {
		driver: "vivid",
		entities: [
			{
				name: "vivid-000-vid-cap",
				kind: "node",
				node: "/dev/video3",
				pads: [{ index: 0, direction: "sink", format: undefined, links: [] }],
			},
		],
	});
});

const formats: readonly [what: string, text: string, expected: string][] = [
	[
		"as --get-v4l2 prints it",
		"\t\t[fmt:SBGGR8_1X8/640x480 field:none]\n",
		"SBGGR8_1X8 640x480",
	],
	[
		"with a crop behind it",
		"\t\t[fmt:RGB888_1X24/4096x2160 field:none\n\t\t crop.bounds:(0,0)/640x480\n\t\t crop:(0,0)/640x480]\n",
		"RGB888_1X24 4096x2160",
	],
	[
		"with the time between frames",
		"[fmt:UYVY8_2X8/1280x720@1/30 field:none colorspace:srgb]",
		"UYVY8_2X8 1280x720 1/30",
	],
	[
		"of a stream, as media-ctl 1.26 prints it",
		"[stream:0 fmt:UYVY8_1X16/640x480@100/1500 field:none]",
		"UYVY8_1X16 640x480 100/1500",
	],
];
for (const [what, text, expected] of formats)
	test(`a format ${what}`, () => {
		const { code, width, height, interval } = parsePadFormat(text) ?? {};
		const rate = interval
			? ` ${interval.numerator}/${interval.denominator}`
			: "";
		assert.equal(`${code} ${width}x${height}${rate}`, expected);
	});

test("what is no format is none", () => {
	for (const text of [
		"",
		"Pad '\"nothing\":0' not found",
		"[fmt:unknown/axb]",
		"\t\t[fmt:X/1x]",
	])
		assert.equal(parsePadFormat(text), undefined);
});

test("what newer versions print of pads, and what nobody prints, does not confuse", () => {
	const text = [
		"\tpad0: Sink before any entity",
		"- entity 1: ov5640 3-003c (1 pad, 1 link, 0 routes)",
		"             type V4L2 subdev subtype Sensor flags 0",
		"             device node name /dev/v4l-subdev0",
		"\tpad0: SOURCE,MUST_CONNECT",
		"\t\t[stream:0 fmt:UYVY8_2X8/640x480@1/30 field:none]",
		'\t\t-> "csi":0 [ENABLED,IMMUTABLE]',
		'\t\t-> "csi":zero [ENABLED]',
		"\tpadX: Source",
		"rubbish",
	].join("\n");
	assert.deepEqual(parseMediaGraph(text).entities, [
		{
			name: "ov5640 3-003c",
			kind: "subdevice",
			node: "/dev/v4l-subdev0",
			pads: [
				{
					index: 0,
					direction: "source",
					format: {
						code: "UYVY8_2X8",
						width: 640,
						height: 480,
						interval: { numerator: 1, denominator: 30 },
					},
					links: [{ entity: "csi", pad: 0, enabled: true, immutable: true }],
				},
			],
		},
	]);
	const endless = "- entity 1: X (0 pad, 0 link)\n".repeat(10_000);
	assert.equal(parseMediaGraph(endless).entities.length, 256);
});
