import type { CaptureMode } from "../../system/capture-mode.ts";
import type { Plan } from "../types.ts";
import type { DeviceAccess } from "./capture.ts";
import { elements, missingElement } from "./diagnose.ts";
import { knownElements } from "./elements.ts";
import { inOrder } from "./encoder-choice.ts";
import { passes, wantedOf } from "./feed.ts";
import { captureLine, encoderLine } from "./launch.ts";
import { decoderLine, passLine } from "./launch-compressed.ts";

const anySocket = "/socket";

export interface Readiness {
	/** What will keep the plan from giving pictures, in words that say what to do. */
	readonly troubles: readonly string[];
	/** How the device will give them; undefined without a device, or when it cannot be asked. */
	readonly mode: CaptureMode | undefined;
}

/** Whether a plan will give pictures, so that nobody has to watch first to learn it. */
export async function readiness(
	plan: Plan,
	device: DeviceAccess,
): Promise<Readiness> {
	const [known, found] = await Promise.all([
		knownElements(),
		look(plan, device),
	]);
	const missing = missingElements(plan, found.mode, known);
	const { mode, trouble } = found;
	return {
		troubles: trouble === undefined ? missing : [...missing, trouble],
		mode,
	};
}

async function look(
	{ capture }: Plan,
	device: DeviceAccess,
): Promise<{ readonly mode?: CaptureMode; readonly trouble?: string }> {
	try {
		const mode = await device.mode(capture, new AbortController().signal);
		return mode ? { mode } : {};
	} catch (error) {
		return { trouble: error instanceof Error ? error.message : String(error) };
	}
}

function missingElements(
	plan: Plan,
	mode: CaptureMode | undefined,
	known: ReadonlySet<string>,
): string[] {
	if (known.size === 0)
		return [
			"gst-inspect-1.0 lists no elements: apt-get install gstreamer1.0-tools",
		];
	return elementsOf(plan, mode, known)
		.filter((element) => !known.has(element))
		.map(missingElement);
}

/** The elements that a plan's launch lines name when the device gives pictures in this mode; in any raw one while it is not there. */
function elementsOf(
	{ capture, streams }: Plan,
	mode: CaptureMode | undefined,
	known: ReadonlySet<string>,
): string[] {
	const own = mode?.compression === undefined ? undefined : mode;
	const raw = { ...capture, fourcc: "YUYV", rawFormat: "YUY2" };
	const encoded = streams.filter(
		(stream) => !own || !passes(own, wantedOf(stream)),
	);
	const words = new Set([
		...captureLine(capture, anySocket, mode ?? raw),
		...(own && encoded.length > 0
			? decoderLine(capture, anySocket, own, anySocket)
			: []),
		...(own && encoded.length < streams.length
			? passLine(own, capture.frameRate, anySocket)
			: []),
		...encoded.flatMap((stream) =>
			encoderLine(
				capture,
				stream.encoder,
				anySocket,
				inOrder(stream).find((encoder) => known.has(encoder)),
				stream.osds,
			),
		),
	]);
	return elements.filter((element) => words.has(element));
}
