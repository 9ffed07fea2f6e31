import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { gstreamerChildren } from "../helpers/children.ts";
import { authorization } from "../helpers/digest.ts";
import { until } from "../helpers/media.ts";
import { askAgain, run, runPlayer } from "../helpers/run.ts";
import { administrator, startService } from "../helpers/service.ts";
import { MjpegClient } from "./mjpeg-client.ts";

const viewers = 50;
const pictures = 40;

const config = {
	source: { test: { pattern: "ball", clock: false } },
	profiles: [
		{
			token: "jpeg",
			encoding: "JPEG",
			width: 320,
			height: 240,
			frameRate: 15,
		},
	],
};

test("ffmpeg and curl log in by Digest and see the encoder's pictures", async (t) => {
	const service = await startService({ config });
	t.after(() => service.remove());
	const { name, password } = administrator;
	const played = await runPlayer("ffmpeg", [
		...["-v", "error", "-i"],
		`http://${name}:${encodeURIComponent(password)}@127.0.0.1:${service.http}/mjpeg/jpeg`,
		...["-frames:v", "5", "-f", "framemd5", "-"],
	]);
	assert.equal(played.code, 0, played.stderr);
	assert.equal(String(played.stdout).match(/^0,/gm)?.length, 5);
	// It has no end: `head` leaves when it has enough.
	const curl = await run("sh", [
		...["-c", 'curl "$@" | head -c 200', "sh", "-sSf", ...askAgain],
		...["--digest", "-u", `${name}:${password}`, `${service.url}/mjpeg/jpeg`],
	]);
	assert.ok(curl.stdout.includes("Content-Type: image/jpeg"), curl.stderr);
});

test("fifty viewers: one encoder, and nobody misses a picture", async (t) => {
	const service = await startService({ config });
	t.after(() => service.remove());
	const address = `${service.url}/mjpeg/jpeg`;
	const challenge = async () => {
		const { headers } = await fetch(address);
		return headers.get("www-authenticate") ?? "";
	};
	const clients: MjpegClient[] = [];
	t.after(() => {
		for (const client of clients) client.close();
	});
	const watch = async () => {
		const login = authorization(
			await challenge(),
			administrator,
			"GET",
			"/mjpeg/jpeg",
		);
		return new MjpegClient(address, { authorization: login ?? "" });
	};
	// As viewers do, the first asks again while there is no picture yet.
	for (let first = await watch(); clients.length === 0; ) {
		const { pictures } = first;
		await until(() => pictures.length > 0 || first.ended, "an answer");
		if (first.ended) first = await watch();
		else clients.push(first);
	}
	while (clients.length < viewers) clients.push(await watch());
	await until(
		() => clients.every((client) => client.pictures.length > 0),
		"all watch",
	);
	assert.equal(gstreamerChildren(service.pid).encoders.length, 1);
	const from = Math.max(...clients.map((client) => client.pictures.length));
	await until(
		() => clients.every((client) => client.pictures.length > from + pictures),
		"all have so many",
	);
	assert.deepEqual(
		clients.flatMap((client) => client.strays),
		[],
	);
	const seen = clients.map((client) => client.pictures.map(hash));
	// The first that all of them had: the one with which the last to come began.
	const shared = seen
		.map((list) => list[0] ?? "")
		.find((first) => seen.every((list) => list.includes(first)));
	assert.ok(shared);
	const alike = new Set(
		seen.map((list) => {
			const at = list.indexOf(shared);
			return list.slice(at, at + pictures).join();
		}),
	);
	assert.equal(alike.size, 1, "all saw the same, without a gap");
	const [list = ""] = alike;
	assert.equal(list.split(",").length, pictures);
	assert.equal(new Set(list.split(",")).size, pictures, "each was another one");
	assert.equal(gstreamerChildren(service.pid).encoders.length, 1);
});

const hash = (picture: Buffer) =>
	createHash("sha256").update(picture).digest("hex");
