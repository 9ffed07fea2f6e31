import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { loadConfig } from "../src/config/load.ts";
import { osdPlans } from "../src/osd-plans.ts";

test("a profile's OSDs are ONVIF's configurations, for its encoder", () => {
	const path = "../fixtures/config/valid/everything.yaml";
	const config = loadConfig(fileURLToPath(new URL(path, import.meta.url)));
	assert.deepEqual(
		[...osdPlans(config)],
		[
			[
				"only.one_--encoder",
				[
					{
						token: "only.one_--osd-1",
						position: { type: "LowerRight" },
						textString: {
							type: "DateAndTime",
							dateFormat: "dddd, MMMM dd, yyyy",
							timeFormat: "h:mm:ss tt",
							fontSize: 72,
							fontColor: "#FFcc00",
							backgroundColor: "#000000",
						},
					},
					{
						token: "only.one_--osd-2",
						position: { type: "Custom", pos: { x: -0.25, y: 1 } },
						textString: {
							type: "Plain",
							plainText: '100 % "Garden" & <Höf> \\ !',
							fontSize: 16,
							fontColor: "#ffffff",
							backgroundColor: undefined,
						},
					},
				],
			],
		],
	);
	assert.deepEqual([...osdPlans(loadConfig(undefined)).values()], [[], [], []]);
});
