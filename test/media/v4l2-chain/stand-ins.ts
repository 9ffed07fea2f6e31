import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ChainDevices } from "../../../src/media/v4l2-chain/devices.ts";
import { hostDevices } from "../../../src/media/v4l2-chain/devices.ts";
import { v4l2Ctl } from "../../../src/media/v4l2-chain/v4l2-ctl.ts";
import { VideoDeviceError } from "../../../src/system/video-device.ts";

const programs = fileURLToPath(
	new URL("../../../fixtures/programs", import.meta.url),
);
/** Set in the virtual machine where the programs are the real ones, to `CAMERA LOOPBACK`. */
const real = process.env.ONVIFD_TEST_CHAIN?.split(" ");

export const againstRealPrograms = real !== undefined;
/** One that vivid has too, where it is the camera. */
export const pictureSize = real
	? { width: 640, height: 360, frameRate: 10 }
	: { width: 320, height: 176, frameRate: 10 };

const { width, height, frameRate } = pictureSize;

/** What the programs said of themselves, in the stand-ins' notes. */
export type Note = Readonly<{
	compress?: readonly string[];
	server?: readonly string[];
	cwd?: string;
	pid?: number;
	listening?: Readonly<{ four: boolean; six: boolean }>;
	described?: Readonly<{ keyed: boolean }>;
}>;

/** A camera and a loopback device that are files in a folder, for the programs that stand in. */
export class Devices {
	readonly folder: string = mkdtempSync(join(tmpdir(), "chain-devices-"));
	readonly camera: string = real?.[0] ?? join(this.folder, "video0");
	readonly loopback: string = real?.[1] ?? join(this.folder, "video10");
	readonly access: ChainDevices = real
		? hostDevices({ info() {}, warn() {}, error() {} })
		: {
				probe: ({ camera }) => probe(camera),
				forget: async () => {},
				nodeKind: async (path) => {
					const text = read(path);
					if (text === undefined) return "missing";
					return text === "" ? "other" : "device";
				},
				holders: async () => [],
				v4l2Ctl,
			};

	readonly #nodes: readonly string[] | undefined;

	/** With `nodes`, of mknod's type and numbers, they look like devices; what stands for the driver lies beside them. */
	constructor({ nodes }: { readonly nodes?: readonly string[] } = {}) {
		this.#nodes = nodes;
		this.plugIn();
		this.#make(this.loopback, { driver: "v4l2 loopback", card: "Loopback" });
	}

	plugIn(): void {
		const modes = [pictureSize];
		this.#make(this.camera, { driver: "vivid", card: "vivid", modes });
	}

	#make(path: string, device: object): void {
		if (real) return;
		if (this.#nodes) execFileSync("mknod", [path, ...this.#nodes]);
		const file = this.#nodes ? `${path}.state` : path;
		writeFileSync(file, JSON.stringify(device));
	}

	/** The bad manners that the programs show from now on. */
	modes(...modes: readonly string[]): void {
		writeFileSync(join(this.folder, "modes"), modes.join(" "));
	}

	notes(): Note[] {
		return (read(join(this.folder, "notes")) ?? "")
			.split("\n")
			.filter(Boolean)
			.map((line): Note => JSON.parse(line));
	}

	remove(): void {
		rmSync(this.folder, { recursive: true });
	}

	/** Ten frames of RTP for the server's stand-in, two slices a picture. */
	record(): void {
		if (real) return;
		for (const [name, line] of Object.entries(recordings))
			execFileSync("gst-launch-1.0", [
				"-q",
				"videotestsrc",
				"num-buffers=10",
				"!",
				`video/x-raw,format=I420,width=${width},height=${height},framerate=${frameRate}/1`,
				"!",
				...line.split(" "),
				"!",
				"rtpstreampay",
				"!",
				"filesink",
				`location=${join(this.folder, `${name}.rtp`)}`,
			]);
	}
}

const recordings = {
	H264: "x264enc tune=zerolatency speed-preset=ultrafast sliced-threads=true threads=2 key-int-max=5 ! video/x-h264,profile=constrained-baseline ! h264parse config-interval=-1 ! rtph264pay pt=96 config-interval=-1",
	JPEG: "jpegenc ! rtpjpegpay",
};

function read(path: string): string | undefined {
	try {
		return readFileSync(path, "utf8");
	} catch {
		return undefined;
	}
}

async function probe(path: string) {
	if (read(path) === undefined)
		throw new VideoDeviceError("missing", `${path} is not there`);
	const frameRates = { kind: "discrete" as const, rates: [frameRate] };
	const sizes = [{ kind: "discrete" as const, width, height, frameRates }];
	return {
		path,
		node: path,
		name: "vivid",
		driver: "vivid",
		bus: "platform",
		formats: [{ fourcc: "YUYV", compressed: false, sizes }],
	};
}

/** The stand-ins come before whatever is installed. */
export function standInPath(): string {
	return `${programs}${delimiter}${process.env.PATH ?? ""}`;
}

export function useStandIns(): void {
	if (!real) process.env.PATH = standInPath();
}
