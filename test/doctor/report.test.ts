import assert from "node:assert/strict";
import { test } from "node:test";
import type { Finding, Step } from "../../src/doctor/finding.ts";
import { report } from "../../src/doctor/report.ts";

const good: Finding = {
	name: "clock",
	ok: true,
	detail: "ticks",
	remedy: null,
};
const bad: Finding = {
	name: "video device",
	ok: false,
	detail: "/dev/video0 is not there",
	remedy: "plug the camera in",
};

async function* steps(...all: readonly Step[]) {
	yield* all;
}

const step = (about: string, ...found: readonly Finding[]): Step => ({
	about,
	findings: Promise.resolve(found),
});

class Screen {
	text = "";
	readonly #waiting: [string, () => void][] = [];

	write(text: string): void {
		this.text += text;
		for (const [wanted, seen] of this.#waiting)
			if (this.text.includes(wanted)) seen();
	}

	shows(text: string): Promise<void> {
		return new Promise((seen) => this.#waiting.push([text, seen]));
	}
}

test("a line a finding, the remedy below it, and at the end what is wrong", async () => {
	const to = new Screen();
	const well = await report(
		steps(step("host", good), step("nothing"), step("source", bad)),
		{ to, json: false, live: false },
	);
	assert.equal(well, false);
	assert.equal(
		to.text,
		`ok     clock               ticks
WRONG  video device        /dev/video0 is not there
                           -> plug the camera in

1 of 2 checks found something wrong: video device.
`,
	);
});

test("who looks on sees what is waited for, until it is there", async () => {
	const to = new Screen();
	const findings = to.shows("encoders").then(() => [good]);
	const well = await report(steps({ about: "encoders", findings }), {
		to,
		json: false,
		live: true,
	});
	assert.equal(well, true);
	assert.equal(
		to.text,
		"...    encoders\r\u001b[Kok     clock               ticks\n\nAll is well.\n",
	);
});

test("machines get the findings alone, whoever looks on", async () => {
	const to = new Screen();
	await report(steps(step("host", good), step("source", bad)), {
		to,
		json: true,
		live: true,
	});
	assert.deepEqual(JSON.parse(to.text), [good, bad]);
});
