import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { authorization } from "../helpers/digest.ts";
import { patienceMs } from "../helpers/patience.ts";
import { runPlayer } from "../helpers/run.ts";
import { administrator, type RunningService } from "../helpers/service.ts";
import { toneOf } from "../helpers/tone.ts";
import { sampleOf } from "../media/mp4/boxes.ts";
import { openPage } from "./chromium.ts";
import { LiveClient } from "./live-client.ts";

/** A hundredth of full scale. */
const audible = 327;

/** `samples` (16 bits, little endian) from the first sound on. */
function fromTheFirstSound(samples: Buffer): Buffer {
	let at = 0;
	while (
		at + 2 <= samples.length &&
		Math.abs(samples.readInt16LE(at)) < audible
	)
		at += 2;
	return samples.subarray(at);
}

/** The tone in what ffmpeg plays of `input` in some seconds: who comes with the first picture hears nothing until the microphone is open. */
export async function heard(
	input: string,
	options: readonly string[] = [],
): Promise<number> {
	const { stdout, stderr, code } = await runPlayer("ffmpeg", [
		...["-v", "error", ...options, "-i", input, "-vn", "-t", "8"],
		...["-ac", "1", "-ar", "16000", "-f", "s16le", "-"],
	]);
	assert.equal(code, 0, stderr);
	const sound = fromTheFirstSound(stdout);
	assert.ok(sound.length > 16_000 * 2, `${sound.length} octets`);
	// The encoder's first frames are its delay.
	return toneOf(sound.subarray(8192), 16_000);
}

export async function streamsOf(input: string): Promise<string> {
	const { stdout, stderr } = await runPlayer("ffprobe", [
		...["-v", "error", "-show_entries", "stream=codec_name"],
		...["-of", "csv=p=0", input],
	]);
	assert.doesNotMatch(stderr, /Invalid|Error/);
	// Those of HLS stand there a second time, as a program's.
	return [...new Set(stdout.toString().trim().split(/\s+/))].join();
}

/** Watches `path`, logged in; as pages do, again while there is no picture yet. */
export async function liveOf(
	{ url }: RunningService,
	path: string,
): Promise<LiveClient> {
	const end = performance.now() + patienceMs;
	for (;;) {
		const { headers } = await fetch(url + path);
		const challenge = headers.get("www-authenticate") ?? "";
		const client = new LiveClient(url + path, {
			authorization: authorization(challenge, administrator, "GET", path) ?? "",
		});
		await client.has(1);
		const { reason = "" } = client.closed ?? {};
		if (!reason.startsWith("no picture") || performance.now() > end)
			return client;
	}
}

/** How many frames of sound came; those of silence are of seven octets at most. */
export function soundsOf({ fragments }: LiveClient): number {
	return fragments
		.map(sampleOf)
		.filter(({ track, size }) => track === 2 && size > 7).length;
}

/** The cookie of a session. */
export async function sessionOf({ url }: RunningService) {
	const known: unknown = await (await fetch(`${url}/session`)).json();
	assert.ok(typeof known === "object" && known && "challenge" in known);
	const login = authorization(
		String(known.challenge),
		administrator,
		"POST",
		"/session",
	);
	const { headers } = await fetch(`${url}/session`, {
		method: "POST",
		headers: { authorization: login ?? "" },
	});
	const [name = "", value = ""] = (headers.get("set-cookie") ?? "")
		.split(";")[0]
		?.split("=", 2) ?? ["", ""];
	return { name, value, url };
}

/** A page in Chromium, logged in by a session, that plays `path` live. */
export async function playLive(
	t: TestContext,
	service: RunningService,
	path: string,
) {
	// The page asks but once: by then there is a picture.
	const before = await liveOf(service, path);
	t.after(() => before.close());
	const page = await openPage(t, `${service.url}/none`);
	await page.context().addCookies([await sessionOf(service)]);
	await page.addScriptTag({
		path: fileURLToPath(new URL("live-page.js", import.meta.url)),
	});
	await page.evaluate(`play('${path}')`);
	return page;
}
