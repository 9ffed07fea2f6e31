import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const src = resolve(dirname(fileURLToPath(import.meta.url)), "../src");

/** Which rooms a room may import from, beside itself and packages. */
const allowed: Readonly<Record<string, readonly string[]>> = {
	auth: ["system"],
	camera: ["system"],
	config: ["system"],
	xml: [],
	system: [],
	soap: ["xml", "auth", "system"],
	discovery: ["camera", "xml", "system"],
	rtp: [],
	media: ["camera", "rtp", "rtsp-client", "system"],
	"rtsp-client": ["rtp", "system"],
	tls: ["system"],
	rtsp: ["media", "rtp", "auth", "system"],
	onvif: ["camera", "soap", "auth", "system"],
	outputs: ["media", "camera", "auth", "config", "system"],
	web: ["outputs", "media", "camera", "auth", "config", "system"],
	doctor: [
		"media",
		"camera",
		"chain-plans",
		"osd-plans",
		"discovery",
		"rtsp-client",
		"auth",
		"config",
		"xml",
		"system",
	],
	webcam: ["media", "rtsp-client", "system"],
	"cli.ts": ["command-line", "run", "doctor", "webcam", "config", "system"],
	"command-line.ts": ["webcam"],
	"doctor.ts": ["doctor", "doctor-cameras", "config", "system"],
	"doctor-cameras.ts": ["doctor", "config", "place", "system"],
	"webcam.ts": ["webcam", "media", "system"],
	"run.ts": ["app", "auth", "config", "system", "start-up-report"],
	"start-up-report.ts": ["app", "camera-device", "config", "place", "system"],
	"chain-plans.ts": ["camera", "config", "media"],
	"osd-plans.ts": ["camera", "config"],
	"app.ts": ["*"],
	"camera-device.ts": ["*"],
	"camera-media.ts": ["*"],
	"camera-outputs.ts": ["*"],
	"camera-tls.ts": ["*"],
	"camera-offer.ts": ["camera", "chain-offers", "config", "media", "system"],
	"chain-offers.ts": ["camera", "chain-plans", "config", "media", "system"],
	"announce.ts": ["*"],
	"place.ts": ["config", "system"],
	"running-camera.ts": ["*"],
	"shared.ts": ["*"],
	"http.ts": ["*"],
};
/**
 * What auth, camera and config may take from system: contracts without behaviour of their own, and the one way
 * to write a file, which knows nothing of the host either and would otherwise stand in two rooms.
 */
const leaves = new Set([
	"system/clock.ts",
	"system/log.ts",
	"system/replace-file.ts",
]);

function sources(): string[] {
	return readdirSync(src, { recursive: true, encoding: "utf8" })
		.filter((name) => name.endsWith(".ts"))
		.sort();
}

function imports(file: string): string[] {
	const text = readFileSync(join(src, file), "utf8");
	return [...text.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)].map((m) =>
		relative(src, resolve(src, dirname(file), m[1] ?? "")),
	);
}

const roomOf = (file: string) => file.split("/")[0] ?? file;

test("imports go one way", () => {
	const wrong: string[] = [];
	for (const file of sources()) {
		const room = roomOf(file);
		const rooms = allowed[room] ?? [];
		for (const target of imports(file)) {
			if (target.startsWith("..") || roomOf(target) === room) continue;
			const leafOnly = ["auth", "camera", "config"].includes(room);
			const fine =
				rooms.includes("*") ||
				(rooms.includes(roomOf(target)) && (!leafOnly || leaves.has(target))) ||
				rooms.includes(roomOf(target).replace(/\.ts$/, ""));
			if (!fine) wrong.push(`${file} imports ${target}`);
		}
	}
	assert.deepEqual(wrong, []);
});

/** What is left of the files once those are away, again and again, that import nothing of the rest, or that nothing of the rest imports. */
function circles(files: readonly string[]): readonly string[] {
	const links = files.flatMap((from) =>
		imports(from).map((to) => ({ from, to })),
	);
	let left = new Set(files);
	for (let before = -1; before !== left.size; ) {
		before = left.size;
		const inner = links.filter(
			({ from, to }) => left.has(from) && left.has(to),
		);
		const importing = new Set(inner.map(({ from }) => from));
		const imported = new Set(inner.map(({ to }) => to));
		left = new Set([...importing].filter((file) => imported.has(file)));
	}
	return [...left];
}

test("no file imports itself by way of others, not even for a type", () => {
	const own = sources().filter((file) => !file.includes("/generated/"));
	assert.deepEqual(circles(own), []);
});

test("every room is known to this test", () => {
	const rooms = new Set(sources().map(roomOf));
	assert.deepEqual(
		[...rooms].filter((room) => !(room in allowed)),
		[],
	);
});

test("no file has more than 300 lines, generated ones apart", () => {
	const long = sources()
		.filter((file) => !file.includes("/generated/"))
		.filter(
			(file) => readFileSync(join(src, file), "utf8").split("\n").length > 301,
		);
	assert.deepEqual(long, []);
});
