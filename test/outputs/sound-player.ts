import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { authorization } from "../helpers/digest.ts";
import { run, runPlayer } from "../helpers/run.ts";
import { administrator, type RunningService } from "../helpers/service.ts";
import { toneOf } from "../helpers/tone.ts";
import { openPage } from "./chromium.ts";
import { LiveClient } from "./live-client.ts";

/** The tone in what ffmpeg plays of `input` in a few seconds. */
export async function heard(
	input: string,
	options: readonly string[] = [],
): Promise<number> {
	const { stdout, stderr, code } = await runPlayer("ffmpeg", [
		...["-v", "error", ...options, "-i", input, "-vn", "-t", "3"],
		...["-ac", "1", "-ar", "16000", "-f", "s16le", "-"],
	]);
	assert.equal(code, 0, stderr);
	assert.ok(stdout.length > 16_000 * 2, `${stdout.length} octets`);
	// The encoder's first frames are its delay.
	return toneOf(stdout.subarray(8192), 16_000);
}

export async function streamsOf(input: string): Promise<string> {
	const { stdout, stderr } = await run("ffprobe", [
		...["-v", "error", "-show_entries", "stream=codec_name"],
		...["-of", "csv=p=0", input],
	]);
	assert.doesNotMatch(stderr, /Invalid|Error/);
	// Those of HLS stand there a second time, as a program's.
	return [...new Set(stdout.toString().trim().split(/\s+/))].join();
}

/** Watches `path`, logged in. */
export async function liveOf(
	{ url }: RunningService,
	path: string,
): Promise<LiveClient> {
	const { headers } = await fetch(url + path);
	const challenge = headers.get("www-authenticate") ?? "";
	return new LiveClient(url + path, {
		authorization: authorization(challenge, administrator, "GET", path) ?? "",
	});
}

/** A page in Chromium, logged in by a session, that plays `path` live. */
export async function playLive(
	t: TestContext,
	{ url }: RunningService,
	path: string,
) {
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
	const page = await openPage(t, `${url}/none`);
	await page.context().addCookies([{ name, value, url }]);
	await page.addScriptTag({
		path: fileURLToPath(new URL("live-page.js", import.meta.url)),
	});
	await page.evaluate(`play('${path}')`);
	return page;
}
