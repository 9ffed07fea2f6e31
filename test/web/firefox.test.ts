import assert from "node:assert/strict";
import { after, before, type TestContext, test } from "node:test";
import { until } from "../helpers/media.ts";
import {
	administrator,
	type RunningService,
	startService,
} from "../helpers/service.ts";
import { type FirefoxPage, noFirefox, startFirefox } from "./firefox.ts";

const host = "camera.test";
const size = { width: 320, height: 240, frameRate: 15 };
const config = {
	name: "Front door",
	source: { test: { pattern: "ball", clock: true } },
	audio: { source: "test", encoding: "AAC" },
	profiles: [
		{ token: "main", encoding: "H264", ...size },
		{ token: "jpeg", encoding: "JPEG", ...size },
	],
};

let service: RunningService;
before(async () => {
	if (noFirefox === undefined) service = await startService({ config });
});
after(() => service?.remove());

const button = (begins: string) =>
	`[...document.querySelectorAll("button")].find((one) => (one.textContent || one.title).startsWith("${begins}"))`;
const click = (page: FirefoxPage, begins: string) =>
	page.evaluate(`${button(begins)}.click()`);
const playing = (page: FirefoxPage) =>
	page.until(`document.querySelector('.stage[data-state="playing"]')`);
const says = (page: FirefoxPage, words: string) =>
	page.until(`document.body.innerText.includes("${words}")`);

async function open(t: TestContext): Promise<FirefoxPage> {
	const page = await startFirefox(t, host);
	await page.open(`http://${host}:${service.http}/`);
	return page;
}

async function logIn(page: FirefoxPage, password: string): Promise<void> {
	await page.until(button("Log in"));
	for (const [label, value] of [
		["name", administrator.name],
		["password", password],
	])
		await page.evaluate(
			`document.getElementById("${label}").value = ${JSON.stringify(value)}`,
		);
	await click(page, "Log in");
}

async function moves(page: FirefoxPage): Promise<void> {
	const first = await page.screenshot(".frame");
	const next = () => page.screenshot(".frame");
	await until(async () => (await next()) !== first, "it moves");
}

test("Firefox shows each profile move, in each way, and complains of nothing", {
	skip: noFirefox,
}, async (t) => {
	const page = await open(t);
	await logIn(page, "a wrong one");
	await says(page, "Name or password is wrong.");
	await logIn(page, administrator.password);
	for (const [profile, ways] of [
		["main", ["Live", "HLS", "Stills"]],
		["jpeg", ["MJPEG", "Stills"]],
	] as const) {
		// What is closed before it is open, Firefox complains of.
		await playing(page);
		await click(page, profile);
		for (const way of ways)
			await t.test(`${profile} by ${way}`, async () => {
				await playing(page);
				await click(page, way);
				await page.until(`${button(way)}.ariaPressed === "true"`);
				await playing(page);
				await moves(page);
				if (way !== "Live" && way !== "HLS") return;
				await click(page, "Sound");
				await page.until(
					`(({ muted, paused }) => !muted && !paused)(document.querySelector("video"))`,
				);
				await page.until(`/\\n[0-4]\\.\\d s\\n/.test(document.body.innerText)`);
				await playing(page);
			});
	}
	await t.test("it stays logged in, until it logs out", async () => {
		await page.open(`http://${host}:${service.http}/`);
		await playing(page);
		await click(page, "Log out");
		await page.until(button("Log in"));
		await page.open(`http://${host}:${service.http}/`);
		await page.until(button("Log in"));
	});
	assert.deepEqual(page.complaints, []);
});
