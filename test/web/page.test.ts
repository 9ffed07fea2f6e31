import assert from "node:assert/strict";
import { after, before, type TestContext, test } from "node:test";
import type { Page } from "playwright-core";
import { authorization } from "../helpers/digest.ts";
import { until } from "../helpers/media.ts";
import { ownAddress } from "../helpers/own-address.ts";
import {
	administrator,
	type RunningService,
	startService,
} from "../helpers/service.ts";
import { openPage, screenshot } from "../outputs/chromium.ts";

const config = {
	name: "Front door",
	location: "Garden",
	source: { test: { pattern: "ball", clock: true } },
	audio: { source: "test", encoding: "AAC" },
	profiles: [
		{ token: "main", encoding: "H264", width: 320, height: 240 },
		{
			token: "jpeg",
			encoding: "JPEG",
			width: 320,
			height: 240,
			frameRate: 15,
		},
	],
};

let service: RunningService;
before(async () => {
	service = await startService({ config });
});
after(() => service.remove());

/** Not the host itself: browsers keep much from pages that come over plain HTTP from elsewhere. */
const host = "camera.test";

/** The page, and what its browser complained of or asked of others; the test's end looks that it is nothing. */
async function open(
	t: TestContext,
	{ http } = service,
	address = "127.0.0.1",
): Promise<Page> {
	const url = `http://${host}:${http}`;
	const page = await openPage(t, `${url}/nothing-here`, [
		`--host-resolver-rules=MAP ${host} ${address}`,
	]);
	const complaints: string[] = [];
	page.on("console", (message) => {
		// Of the network: refusals that a test wants.
		if (["error", "warning"].includes(message.type()))
			if (!/^Failed to load resource|WebSocket connection/.test(message.text()))
				complaints.push(message.text());
	});
	page.on("pageerror", (error) => complaints.push(String(error)));
	page.on("request", (request) => {
		const { protocol, host } = new URL(request.url());
		if (protocol.startsWith("http") && host !== new URL(url).host)
			complaints.push(`it asks ${request.url()}`);
	});
	t.after(() => assert.deepEqual(complaints, []));
	await page.goto(`${url}/`);
	return page;
}

async function logIn(
	page: Page,
	{ name, password }: { name: string; password: string } = administrator,
): Promise<void> {
	await page.getByLabel("User").fill(name);
	await page.getByLabel("Password").fill(password);
	await page.getByRole("button", { name: "Log in" }).click();
}

const playing = (page: Page) =>
	page.locator('.stage[data-state="playing"]').waitFor();
const button = (page: Page, name: string | RegExp) =>
	page.getByRole("button", { name });

async function moves(page: Page): Promise<void> {
	const first = await screenshot(page);
	await until(async () => (await screenshot(page)) !== first, "it moves");
}

async function soap(body: string): Promise<void> {
	const path = "/onvif/device_service";
	const send = (headers: Record<string, string>) =>
		fetch(service.url + path, {
			method: "POST",
			headers: { "content-type": "application/soap+xml", ...headers },
			body: `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:d="http://www.onvif.org/ver10/device/wsdl" xmlns:t="http://www.onvif.org/ver10/schema"><s:Body>${body}</s:Body></s:Envelope>`,
		});
	const { headers } = await send({});
	const challenge = headers.get("www-authenticate") ?? "";
	const login = authorization(challenge, administrator, "POST", path);
	const answer = await send({ authorization: login ?? "" });
	assert.equal(answer.status, 200, await answer.text());
}

test("a browser gets the page, everything else the signpost", async () => {
	const ask = (accept: string) =>
		fetch(`${service.url}/`, { headers: { accept } });
	const html = await ask("text/html,application/xhtml+xml,*/*;q=0.8");
	assert.match(html.headers.get("content-type") ?? "", /^text\/html/);
	assert.match(
		html.headers.get("content-security-policy") ?? "",
		/^default-src 'none'; script-src 'self'; /,
	);
	assert.doesNotMatch(await html.text(), /Front door/);
	const text = await ask("*/*");
	assert.equal(text.status, 200);
	assert.match(await text.text(), /^This is an ONVIF camera\.\n/);
});

test("below /page/ there is what the page is made of, and nothing else", async () => {
	const ask = (file: string) => fetch(`${service.url}/page/${file}`);
	assert.equal((await ask("main.js")).status, 200);
	for (const file of ["..%2fonvifd.js", "%2e%2e%2fonvifd.js", "none.js", "."])
		assert.equal((await ask(file)).status, 404, file);
});

test("without a login there is no picture and no status, by no way", async (t) => {
	const page = await open(t);
	await page.getByLabel("User").waitFor();
	for (const path of ["/status", "/mjpeg/jpeg", "/snapshot/main", "/live/main"])
		assert.equal((await fetch(service.url + path)).status, 401, path);
	const refused = page
		.waitForEvent("websocket")
		.then((socket) => socket.waitForEvent("socketerror"));
	await page.evaluate(`new WebSocket("ws://" + location.host + "/live/main")`);
	assert.match(String(await refused), /401|Authentication failed/);
});

test("a wrong password says so and lets nobody in", async (t) => {
	const page = await open(t);
	await logIn(page, { name: "admin", password: "a wrong one" });
	await page.getByText("Name or password is wrong.").waitFor();
	assert.equal(await page.locator(".camera").count(), 0);
	assert.deepEqual(await page.context().cookies(), []);
});

test("who logs in sees each profile move, in each way", async (t) => {
	const page = await open(t);
	const rate = /^(1\d|[1-9]\.\d) of 15 fps$/;
	await logIn(page);
	for (const [profile, ways] of [
		[/^main/, ["Live", "HLS", "Stills"]],
		[/^jpeg/, ["MJPEG", "Stills"]],
	] as const) {
		await button(page, profile).click();
		for (const way of ways)
			await t.test(`${profile.source.slice(1)} by ${way}`, async () => {
				await page.getByRole("button", { name: way, exact: true }).click();
				await playing(page);
				await moves(page);
				for (const name of [profile, new RegExp(`^${way}$`)])
					await page.getByRole("button", { name, pressed: true }).waitFor();
				// It keeps up, and the page with it.
				if (way === "HLS" || way === "Live")
					await page.getByText(/^[0-4]\.\d s$/).waitFor();
				const sound = page.getByTitle("Sound", { exact: true });
				await page.locator(".stage").hover();
				if (way === "Live" || way === "HLS") await sound.click();
				else assert.equal(await sound.isVisible(), false);
				await playing(page);
				if (way === "MJPEG") await page.getByText(rate).waitFor();
			});
	}
	await page.getByText("JPEG 320 × 240").first().waitFor();
	assert.equal(await page.title(), "Front door");
	const rtsp = `rtsp://${host}:${service.rtsp}/jpeg`;
	await page.getByText(rtsp).waitFor();
	await t.test("an address is copied", async () => {
		const copied = page.evaluate<string>(
			`new Promise((resolve) => document.addEventListener("copy", ({ target }) => resolve(target.value)))`,
		);
		await page.getByTitle("Copy the RTSP address").click();
		assert.equal(await copied, rtsp);
	});
	const cookies = await page.context().cookies();
	assert.deepEqual(
		cookies.map(({ httpOnly, sameSite }) => ({ httpOnly, sameSite })),
		[{ httpOnly: true, sameSite: "Strict" }],
	);
});

/** Whether the status says that nobody watches any profile. */
async function nobodyWatches(): Promise<boolean> {
	const address = `${service.url}/status`;
	const { headers } = await fetch(address);
	const challenge = headers.get("www-authenticate") ?? "";
	const login = authorization(challenge, administrator, "GET", "/status");
	const answer = await fetch(address, {
		headers: { authorization: login ?? "" },
	});
	const viewers = (await answer.text()).match(/"viewers":\d+/g) ?? [];
	assert.equal(viewers.length, config.profiles.length);
	return viewers.every((one) => one === '"viewers":0');
}

test("the camera rests when the page is left, or looked at no more", async (t) => {
	const page = await open(t);
	await logIn(page);
	await playing(page);
	assert.equal(await nobodyWatches(), false);
	const hide = (hidden: boolean) =>
		page.evaluate(
			`Object.defineProperty(document, "hidden", { value: ${hidden}, configurable: true }); document.dispatchEvent(new Event("visibilitychange"))`,
		);
	await hide(true);
	await until(nobodyWatches, "the page's picture stops");
	await hide(false);
	await until(async () => !(await nobodyWatches()), "it goes on");
	await playing(page);
	await button(page, "Log out").click();
	await page.getByLabel("User").waitFor();
	await until(nobodyWatches, "nobody watches");
});

test("it shows who watches, by what and for how long", async (t) => {
	const page = await open(t);
	await logIn(page);
	await playing(page);
	// Who watched before, by HLS, is told of for a while.
	const viewer = page
		.getByRole("listitem")
		.filter({ hasText: /fMP4 · \d+ s$/ });
	await viewer.getByText("127.0.0.1", { exact: true }).first().waitFor();
});

test("who logs out is out, also after a reload", async (t) => {
	const page = await open(t);
	await logIn(page);
	await playing(page);
	await page.reload();
	await playing(page);
	const [cookie] = await page.context().cookies();
	await button(page, "Log out").click();
	await page.getByLabel("User").waitFor();
	await page.reload();
	await page.getByLabel("User").waitFor();
	const copied = await fetch(`${service.url}/status`, {
		headers: { cookie: `${cookie?.name}=${cookie?.value}` },
	});
	assert.equal(copied.status, 401, "a copy of the cookie is of no use");
});

test("a deleted user's page goes back to the login, and its picture ends", async (t) => {
	const guest = { name: "jörg 'n", password: "a long secret" };
	const user = `<t:Username>${guest.name}</t:Username>`;
	await soap(
		`<d:CreateUsers><d:User>${user}<t:Password>${guest.password}</t:Password><t:UserLevel>User</t:UserLevel></d:User></d:CreateUsers>`,
	);
	const page = await open(t);
	await logIn(page, guest);
	await playing(page);
	await soap(
		`<d:DeleteUsers><d:Username>${guest.name}</d:Username></d:DeleteUsers>`,
	);
	await page.getByText("You are logged out.").waitFor();
	await logIn(page, guest);
	await page.getByText("Name or password is wrong.").waitFor();
});

test("a camera without a picture says why", async (t) => {
	const blind = await startService({
		config: {
			...config,
			source: { v4l2: { device: "/dev/video-that-is-not-there" } },
		},
	});
	t.after(() => blind.remove());
	const page = await open(t, blind);
	await logIn(page);
	const stage = page.locator('.stage[data-state="trouble"]');
	await stage.getByText("/dev/video-that-is-not-there").waitFor();
	const words = await stage.locator("p").innerText();
	assert.match(words, /^(No picture: )?\/dev\/video-that-is-not-there is not /);
});

test("the picture comes back with the service, without a new login", async (t) => {
	// Where no other test comes to have its port meanwhile.
	const at = { host: ownAddress };
	const first = await startService({
		config: { ...config, http: { port: 0, ...at } },
	});
	const page = await open(t, first, ownAddress);
	await logIn(page);
	await playing(page);
	await first.stop();
	await page.locator('.stage[data-state="trouble"]').waitFor();
	const second = await startService({
		stateDir: first.stateDir,
		config: { ...config, http: { port: first.http, ...at } },
	});
	t.after(() => second.remove());
	await playing(page);
	await moves(page);
});
