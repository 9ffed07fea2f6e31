import { createHash } from "node:crypto";
import type { TestContext } from "node:test";
import { type Browser, chromium, type Page } from "playwright-core";
import { patienceMs } from "../helpers/patience.ts";

/** Debian's Chromium on an empty page of `url`; it ends with the test. */
export async function openPage(
	t: TestContext,
	url: string,
	args: readonly string[] = [],
): Promise<Page> {
	const browser: Browser = await chromium.launch({
		executablePath: "/usr/bin/chromium",
		timeout: patienceMs,
		args: ["--no-sandbox", "--disable-gpu", "--mute-audio", ...args],
	});
	t.after(() => browser.close());
	const page = await browser.newPage({ viewport: { width: 640, height: 480 } });
	page.setDefaultTimeout(patienceMs);
	await page.goto(url);
	return page;
}

/** What is to be seen, told apart from what was seen before. */
export async function screenshot(page: Page): Promise<string> {
	return createHash("sha256")
		.update(await page.screenshot())
		.digest("hex");
}
