import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { descendants } from "../helpers/children.ts";
import { until } from "../helpers/media.ts";
import { startService } from "../helpers/service.ts";
import { startWrapper } from "../media/relay/two-services.ts";
import {
	heard,
	liveOf,
	playLive,
	soundsOf,
	streamsOf,
} from "./sound-player.ts";

const secret = "0123456789abcdef-secret";
const tone = 440;
const profiles = [{ token: "main", encoding: "H264", width: 320, height: 240 }];

async function start(t: TestContext, audio: Readonly<Record<string, unknown>>) {
	const service = await startService({
		config: { hls: { secret }, audio, profiles },
	});
	t.after(() => service.remove());
	return service;
}

async function scratch(t: TestContext): Promise<string> {
	const folder = await mkdtemp(join(tmpdir(), "onvifd-sound-"));
	t.after(() => rm(folder, { recursive: true }));
	return folder;
}

function isTone(hertz: number): void {
	assert.ok(Math.abs(hertz - tone) < 5, `${hertz} Hz`);
}

test("one microphone in G.711 by RTSP, and in AAC live and by HLS, all at once", async (t) => {
	const service = await start(t, { source: "test" });
	const sounds = () =>
		descendants(service.pid).filter(
			({ commandLine }) =>
				commandLine.startsWith("gst-launch-1.0") && /audio/.test(commandLine),
		);
	assert.deepEqual(sounds(), []);
	const live = await liveOf(service, "/live/main");
	const rtsp = `${service.rtspUrl}/main`;
	const hls = `${service.url}/hls/${secret}/main/index.m3u8`;
	const [byRtsp, byHls] = await Promise.all([
		heard(rtsp, ["-rtsp_transport", "tcp"]),
		heard(hls),
		// Of 21 ms each.
		until(() => soundsOf(live) > 150, "sound for three seconds"),
	]);
	const open = sounds().filter(({ commandLine }) =>
		commandLine.includes("audiotestsrc"),
	);
	assert.equal(open.length, 1, "one microphone");
	assert.equal(sounds().length, 2, "and one process that makes AAC of it");
	isTone(byRtsp);
	isTone(byHls);
	assert.equal(await streamsOf(rtsp), "h264,pcm_mulaw");
	assert.equal(await streamsOf(hls), "h264,aac");
	assert.match(live.types[0] ?? "", /codecs="avc1\.\w{6},mp4a\.40\.2"$/);
	live.close();
	const file = join(await scratch(t), "live.mp4");
	writeFileSync(file, live.file);
	assert.equal(await streamsOf(file), "h264,aac");
	isTone(await heard(file));
	await until(() => sounds().length === 0, "nobody listens");
});

test("Chromium hears the sound of G.711", async (t) => {
	const service = await start(t, { source: "test" });
	const page = await playLive(t, service, "/live/main");
	await page.waitForFunction(
		"player.shown > 20 && document.querySelector('video').webkitAudioDecodedByteCount > 1000",
	);
	assert.equal(await page.evaluate("player.closed"), "");
});

test("another camera's G.711 is heard live as AAC", async (t) => {
	const camera = await start(t, { source: "test" });
	const wrapper = await startWrapper(camera.rtsp);
	t.after(() => wrapper.remove());
	// By then it is known what the camera sends.
	assert.equal(await streamsOf(`${wrapper.rtspUrl}/same`), "h264,pcm_mulaw");
	const live = await liveOf(wrapper, "/live/same");
	await until(() => soundsOf(live) > 150, "sound for three seconds");
	live.close();
	const file = join(await scratch(t), "live.mp4");
	writeFileSync(file, live.file);
	assert.equal(await streamsOf(file), "h264,aac");
	isTone(await heard(file));
});

for (const encoding of ["G711", "AAC"])
	test(`Chromium shows the picture of a camera without its microphone: ${encoding}`, async (t) => {
		const service = await start(t, {
			...{ source: "alsa", device: "hw:CARD=NoSuchCard", encoding },
		});
		const page = await playLive(t, service, "/live/main");
		await page.waitForFunction("player.shown > 40");
		assert.equal(await page.evaluate("player.closed"), "");
		await until(
			() => service.stderr().includes("is the microphone plugged in?"),
			"the log says so",
		);
	});
