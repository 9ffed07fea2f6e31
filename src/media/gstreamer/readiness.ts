import type { Plan } from "../types.ts";
import type { DeviceAccess } from "./capture.ts";
import { elements, missingElement } from "./diagnose.ts";
import { knownElements } from "./elements.ts";
import { inOrder } from "./encoder-choice.ts";
import { captureLine, encoderLine } from "./launch.ts";

const anySocket = "/socket";

/** What will keep a plan from giving pictures, in words that say what to do; so that nobody has to watch first to learn it. */
export async function readiness(
	plan: Plan,
	device: DeviceAccess,
): Promise<string[]> {
	const [missing, trouble] = await Promise.all([
		missingElements(plan),
		deviceTrouble(plan, device),
	]);
	return trouble === undefined ? missing : [...missing, trouble];
}

async function deviceTrouble(
	{ capture }: Plan,
	device: DeviceAccess,
): Promise<string | undefined> {
	try {
		await device.mode(capture, new AbortController().signal);
		return undefined;
	} catch (error) {
		return error instanceof Error ? error.message : String(error);
	}
}

async function missingElements(plan: Plan): Promise<string[]> {
	const known = await knownElements();
	if (known.size === 0)
		return [
			"gst-inspect-1.0 lists no elements: apt-get install gstreamer1.0-tools",
		];
	return elementsOf(plan, known)
		.filter((element) => !known.has(element))
		.map(missingElement);
}

/** The elements that a plan's launch lines name. */
function elementsOf(
	{ capture, streams }: Plan,
	known: ReadonlySet<string>,
): string[] {
	const mode = { ...capture, fourcc: "YUYV", rawFormat: "YUY2" };
	const words = new Set([
		...captureLine(capture, anySocket, mode),
		...streams.flatMap((stream) =>
			encoderLine(
				capture,
				stream.encoder,
				anySocket,
				inOrder(stream).find((encoder) => known.has(encoder)),
			),
		),
	]);
	return elements.filter((element) => words.has(element));
}
