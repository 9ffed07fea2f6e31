import type { Readable } from "node:stream";

/** The last of all elements to begin; the pipeline as a whole counts as playing only when a decoder was found for what comes. */
const plays = /fdsrc0.*StateChanged.*new-state=\(GstState\)playing/;
const keptText = 4096;

/** Calls `begin` once gst-launch's messages on stdout (-m) say that its fdsrc plays, and so all behind it. All that it says is read. */
export function whenPlaying(stdout: Readable, begin: () => void): void {
	let line = "";
	const read = (text: string) => {
		line += text;
		if (plays.test(line)) {
			stdout.off("data", read).resume();
			begin();
			return;
		}
		line = line.slice(line.lastIndexOf("\n") + 1).slice(-keptText);
	};
	stdout.setEncoding("utf8").on("data", read);
}
