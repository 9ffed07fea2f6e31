import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import { until } from "../../helpers/media.ts";
import { encode, LiveStream } from "../../rtsp/encoded-stream.ts";
import { openPage, screenshot } from "../chromium.ts";
import { serveStreams } from "../live-server.ts";

const library = createRequire(import.meta.url).resolve(
	"hls.js/dist/hls.light.min.js",
);
/** As a page plays it; `player` tells how far it is. */
const script = `
	const video = document.createElement("video");
	video.muted = true;
	video.style.cssText = "position:fixed;inset:0;width:100%;height:100%";
	document.body.append(video);
	const player = { shown: 0, width: 0, fatal: "", latency: 0, parts: 0 };
	window.player = player;
	const hls = new Hls({ lowLatencyMode: true });
	hls.on(Hls.Events.ERROR, (_name, { fatal, details }) => {
		if (fatal) player.fatal = details;
	});
	hls.on(Hls.Events.FRAG_LOADED, (_name, { part }) => {
		if (part) player.parts++;
		player.latency = hls.latency;
	});
	hls.loadSource("/hls/main/index.m3u8");
	hls.attachMedia(video);
	hls.on(Hls.Events.MANIFEST_PARSED, () => void video.play());
	const shown = () => {
		player.shown++;
		player.width = video.videoWidth;
		video.requestVideoFrameCallback(shown);
	};
	video.requestVideoFrameCallback(shown);
`;

test("Chromium plays HLS with hls.js: a picture that moves, by parts, and new settings of the encoder", async (t) => {
	const stream = new LiveStream(t, encode("H264"));
	const { url } = await serveStreams(t, { main: stream });
	const page = await openPage(t, url);
	await page.addScriptTag({ path: library });
	await page.addScriptTag({ content: script });
	await page.waitForFunction("player.shown > 30 && player.parts > 4");
	const first = await screenshot(page);
	await until(async () => (await screenshot(page)) !== first, "it moves");
	t.diagnostic(`behind live: ${await page.evaluate("player.latency")} s`);

	stream.switchTo(encode("H264", { width: 160, height: 128 }));
	await page.waitForFunction("player.width === 160");
	const second = await screenshot(page);
	await until(async () => (await screenshot(page)) !== second, "it goes on");
	assert.equal(await page.evaluate("player.fatal"), "");
});
