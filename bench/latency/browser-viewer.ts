import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { authorization } from "../../test/helpers/digest.ts";
import {
	administrator,
	type RunningService,
} from "../../test/helpers/service.ts";
import { age, blockRows, width } from "./timed-picture.ts";

const player = fileURLToPath(
	new URL("../../test/outputs/live-page.js", import.meta.url),
);

/** What the page tells of a picture: a row of its luma, and when it is to be seen. */
interface Seen {
	readonly luma: readonly number[];
	readonly at: number;
}

/** Milliseconds from each picture to its being shown by Chromium, which plays fragmented MP4 over a WebSocket. */
export async function shownLatencies(
	service: RunningService,
	pictures: number,
): Promise<number[]> {
	const browser = await chromium.launch({
		executablePath: "/usr/bin/chromium",
		args: ["--no-sandbox", "--disable-gpu", "--mute-audio"],
	});
	try {
		const context = await browser.newContext({
			viewport: { width: 1280, height: 720 },
		});
		await context.addCookies([await session(service)]);
		const page = await context.newPage();
		page.setDefaultTimeout(60_000);
		await page.goto(`${service.url}/session`);
		await page.addScriptTag({ path: player });
		await page.evaluate(`(${watch})(${width}, ${blockRows >> 1})`);
		await page.evaluate("play('/live/main')");
		const skipped = 30;
		await page.waitForFunction(`window.seen.length > ${pictures + skipped}`);
		const seen = await page.evaluate<Seen[]>("window.seen");
		return seen
			.slice(skipped)
			.map(({ luma, at }) => age(Uint8Array.from(luma), at))
			.filter((late) => late !== undefined);
	} finally {
		await browser.close();
	}
}

/** Runs in the page, after the player's script has made its video. */
const watch = `(width, row) => {
	window.seen = [];
	const video = document.querySelector("video");
	const canvas = new OffscreenCanvas(width, 1);
	const context = canvas.getContext("2d", { willReadFrequently: true });
	const presented = (now, { expectedDisplayTime }) => {
		const at = Date.now() + expectedDisplayTime - performance.now();
		context.drawImage(video, 0, row, width, 1, 0, 0, width, 1);
		const { data } = context.getImageData(0, 0, width, 1);
		window.seen.push({ luma: Array.from({ length: width }, (_, i) => data[4 * i]), at });
		video.requestVideoFrameCallback(presented);
	};
	video.requestVideoFrameCallback(presented);
}`;

async function session(service: RunningService) {
	const url = `${service.url}/session`;
	const told: unknown = await (await fetch(url)).json();
	const challenge =
		typeof told === "object" && told && "challenge" in told
			? String(told.challenge)
			: "";
	const answer = authorization(challenge, administrator, "POST", "/session");
	const response = await fetch(url, {
		method: "POST",
		headers: { authorization: answer ?? "", origin: service.url },
	});
	const [name = "", value = ""] = (response.headers.get("set-cookie") ?? "")
		.split(";", 1)
		.join()
		.split("=");
	if (name === "") throw new Error(`no session: ${response.status}`);
	return { name, value, url: service.url };
}
