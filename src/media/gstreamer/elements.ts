import { startProgram } from "../../system/supervise.ts";
import { gstreamerEnvironment } from "./environment.ts";

const maxOctets = 1024 * 1024;

/** The elements that GStreamer has here, by one look at its registry, lines of `plugin:  element: description`; none where GStreamer itself is missing. */
export async function knownElements(): Promise<ReadonlySet<string>> {
	const program = startProgram({
		name: "elements",
		file: "gst-inspect-1.0",
		args: [],
		env: gstreamerEnvironment,
	});
	let text = "";
	program.stdout.setEncoding("utf8").on("data", (chunk: string) => {
		if (text.length < maxOctets) text += chunk;
	});
	await program.exited;
	return new Set(
		[...text.matchAll(/^[^:\s]+: {2}([\w-]+): /gm)].map(
			(match) => match[1] ?? "",
		),
	);
}

/** As `knownElements`, for those who cannot wait for GStreamer's first look at its plug-ins: none when it takes longer than `limitMs`. */
export async function knownElementsSoon(
	limitMs: number,
): Promise<ReadonlySet<string>> {
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<ReadonlySet<string>>((resolve) => {
		timer = setTimeout(() => resolve(new Set()), limitMs);
	});
	return Promise.race([knownElements(), late]).finally(() =>
		clearTimeout(timer),
	);
}
