import type { ErrorData } from "hls.js";
import { Again, type Player, type Tell, videoElement } from "./player.ts";

/** HLS: by the browser itself where it has no Media Source Extensions (older iPhones), else by hls.js. */
export async function playHls(path: string, tell: Tell): Promise<Player> {
	const video = videoElement();
	const again = new Again();
	let sound = false;
	video.onplaying = () => {
		again.well();
		tell({ kind: "playing", sound });
	};
	video.onwaiting = () => tell({ kind: "loading" });
	const { default: Hls } = await import("hls.js/light");
	if (!Hls.isSupported()) return native(video, path, tell, again);
	let hls: InstanceType<typeof Hls> | undefined;
	const start = () => {
		hls?.destroy();
		// A worker would be a script from a blob, which the page's policy forbids.
		hls = new Hls({
			enableWorker: false,
			lowLatencyMode: true,
			backBufferLength: 10,
		});
		hls.on(Hls.Events.ERROR, (_event, data) => {
			if (!data.fatal) return;
			hls?.destroy();
			tell({ kind: "trouble", words: wordsOf(data) });
			again.later(start);
		});
		hls.on(Hls.Events.BUFFER_CODECS, (_event, { audio, audiovideo }) => {
			const together = audiovideo?.codec ?? "";
			sound = audio !== undefined || together.includes("mp4a");
		});
		hls.on(Hls.Events.MANIFEST_PARSED, () => {
			void video.play().catch(() => undefined);
		});
		hls.loadSource(path);
		hls.attachMedia(video);
	};
	start();
	return {
		element: video,
		behind: () => hls?.latency || undefined,
		stop() {
			again.stop();
			hls?.destroy();
		},
	};
}

function native(
	video: HTMLVideoElement,
	path: string,
	tell: Tell,
	again: Again,
): Player {
	const start = () => {
		video.src = path;
		void video.play().catch(() => undefined);
	};
	video.onerror = () => {
		tell({ kind: "trouble", words: "HLS does not play." });
		again.later(start);
	};
	start();
	return {
		element: video,
		stop() {
			again.stop();
			video.removeAttribute("src");
			video.load();
		},
	};
}

function wordsOf({ response, details }: ErrorData): string {
	const { text } = response ?? {};
	return text?.startsWith("no picture")
		? text.trim()
		: `HLS does not play: ${details}`;
}
