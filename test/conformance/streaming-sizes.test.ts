import assert from "node:assert/strict";
import { after, before, describe, type TestContext, test } from "node:test";
import { Messages } from "../helpers/validate.ts";
import { StreamingDevice } from "./streaming-device.ts";
import { text } from "./tree.ts";
import { type Expected, Watching } from "./watching.ts";

const messages = new Messages();
type Size = { readonly width: number; readonly height: number };

/** RTSS-1-1-46 and -48 want the largest, the smallest and the middle one. */
const someOf = (all: readonly Size[]) => [
	...new Set([all.at(-1), all[0], all[all.length >> 1]]),
];

const cases = [
	["RTSS-1-1-24", "JPEG", "all", (all: readonly Size[]) => all],
	["RTSS-1-1-26", "H264", "all", (all: readonly Size[]) => all],
	["RTSS-1-1-46", "JPEG", "three", someOf],
	["RTSS-1-1-48", "H264", "three", someOf],
] as const;

describe("the sizes of streams", () => {
	let device: StreamingDevice;
	before(async () => {
		device = await StreamingDevice.start(messages, "127.0.0.1", {
			profiles: [
				{ token: "main", encoding: "H264", width: 1280, height: 720 },
				{ token: "jpeg", encoding: "JPEG", width: 640, height: 360 },
			],
		});
	});
	after(() => device.remove());

	/** Each size of each configuration, unless another case has seen it. */
	const seen = new Set<string>();

	async function play(
		t: TestContext,
		token: string,
		profile: string,
		expected: Expected,
	): Promise<void> {
		const name = JSON.stringify({ token, ...expected });
		if (seen.has(name)) return;
		seen.add(name);
		await device.change(token, expected);
		const watching = await Watching.start(
			t,
			await device.streamUri(profile, "UDP"),
			"UDP",
		);
		await watching.check(expected);
		await watching.teardown();
	}

	for (const [id, encoding, count, pick] of cases)
		test(`${id}: ${encoding}, ${count} sizes of each configuration`, async (t) => {
			for (const configuration of await device.configurations()) {
				const token = text(configuration, "@token");
				const profile = await device.profileWith(token);
				const sizes = await device.resolutions(profile, encoding);
				assert.ok(sizes.length >= 3, "sizes to choose from");
				for (const size of pick(sizes))
					if (size) await play(t, token, profile, { encoding, ...size });
			}
			assert.ok(seen.size > 0);
		});

	test("every answer above is as the schemas have it", (t) =>
		messages.validate(t));
});
