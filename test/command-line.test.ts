import assert from "node:assert/strict";
import { test } from "node:test";
import { parseCommand } from "../src/command-line.ts";

const address = "rtsp://ann:secret@camera/main";

for (const [line, message] of [
	["", "a command is missing: run, doctor or webcam"],
	["--", "a command is missing: run, doctor or webcam"],
	["--config a.yaml", "a command is missing: run, doctor or webcam"],
	["rum", 'there is no command "rum": run, doctor or webcam'],
	[`${address} /dev/video10`, "there is no command: run, doctor or webcam"],
	["run --confg a.yaml", "there is no option --confg"],
	["run --password=secret", "there is no option --password"],
	["run -v", "there is no option -v"],
	["run --no-config", "there is no option --no-config"],
	["run --toString", "there is no option --toString"],
	["run --config", "--config needs a value after it"],
	["run -c", "-c needs a value after it"],
	["run --config=", "--config needs a value after it"],
	["doctor --config --json", "--config needs a value after it"],
	["run -c a.yaml --config b.yaml", "--config stands twice"],
	["doctor --json --json", "--json stands twice"],
	["doctor --json=yes", "--json takes no value"],
	["run --json", "--json is doctor's alone"],
	["doctor --rate 5", "--rate is webcam's alone"],
	[
		"run doctor",
		'run takes no argument "doctor"; a file stands after --config',
	],
	[
		"run a.yaml",
		'run takes no argument "a.yaml"; a file stands after --config',
	],
	[`run ${address}`, "run takes no argument; a file stands after --config"],
	[`webcam ${address}`, "webcam takes an address and a device"],
] as const)
	test(`"onvifd ${line}": ${message}`, () => {
		const args = line.split(" ").filter((word) => word !== "");
		assert.throws(() => parseCommand(args), { message });
	});

test("what a right line says", () => {
	for (const [line, command] of [
		["run", { name: "run", config: undefined, json: undefined }],
		["-c a.yaml run", { name: "run", config: "a.yaml", json: undefined }],
		["run --config=-a", { name: "run", config: "-a", json: undefined }],
		["doctor --json --config a", { name: "doctor", config: "a", json: true }],
		["run --help", { name: "help" }],
		["--version", { name: "version" }],
		[
			"webcam --rate 5 rtsp://camera/main /dev/video10",
			{
				name: "webcam",
				address: "rtsp://camera/main",
				device: "/dev/video10",
				rate: "5",
				anyCertificate: undefined,
			},
		],
	] as const)
		assert.deepEqual({ ...parseCommand(line.split(" ")) }, command);
});
