import { access, constants, realpath, stat } from "node:fs/promises";
import { execa } from "execa";
import { videoDeviceHolders } from "./video-device-holders.ts";
import { listCameras } from "./video-device-list.ts";
import { parseVideoFormats, type VideoFormat } from "./video-formats.ts";

export interface VideoDeviceInfo {
	/** As it was asked for: `/dev/v4l/by-id/usb-...`. */
	readonly path: string;
	/** Where that leads: `/dev/video0`. */
	readonly node: string;
	/** The card's name for people. */
	readonly name: string;
	readonly driver: string;
	readonly bus: string;
	/** Empty for a loopback device that nobody writes to. */
	readonly formats: readonly VideoFormat[];
}

/** `missing`, `busy` and `silent` (a loopback device without a writer) may pass by themselves; the others want a person. */
export type VideoDeviceTrouble =
	| "missing"
	| "busy"
	| "silent"
	| "permission"
	| "not-a-camera"
	| "no-tool"
	| "failed";

/** Its message is one line for people: what is wrong with which device, and what to do. */
export class VideoDeviceError extends Error {
	override readonly name = "VideoDeviceError";
	readonly trouble: VideoDeviceTrouble;

	constructor(trouble: VideoDeviceTrouble, message: string) {
		super(message);
		this.trouble = trouble;
	}
}

// linux/videodev2.h, V4L2_CAP_VIDEO_CAPTURE, _CAPTURE_MPLANE and _OUTPUT
const capture = 0x1;
const captureMplane = 0x1000;
const output = 0x2;
// Documentation/admin-guide/devices.txt: "81 char Video4Linux"
const video4linuxMajor = 81;

/** What listing needs of the host; tests bring misbehaving ones. */
export interface ProbeOptions {
	readonly v4l2Ctl?: string;
	/** A camera behind a dying USB hub answers after seconds, or never. */
	readonly timeoutMs?: number;
}

/**
 * What a capture device is and which modes it has. Opens the device for a moment, also while somebody streams from it.
 * @throws VideoDeviceError
 */
export async function probeVideoDevice(
	path: string,
	options: ProbeOptions = {},
): Promise<VideoDeviceInfo> {
	const node = await findNode(path);
	const text = await runV4l2Ctl(path, node, options);
	const field = (name: string) =>
		new RegExp(`^\\t${name}\\s*: (.*)$`, "m").exec(text)?.[1]?.trim();
	const name = field("Card type") ?? "unnamed";
	const capabilities = Number(field("Device Caps") ?? field("Capabilities"));
	// NaN, where v4l2-ctl said nothing of the kind, has no bits.
	if ((capabilities & (capture | captureMplane)) === 0) {
		if ((capabilities & output) !== 0)
			throw new VideoDeviceError(
				"silent",
				`${path} (${name}) gives no pictures: it is a loopback device that nothing writes to, or an output`,
			);
		throw await notACamera(path, `${path} (${name}) captures no video`);
	}
	return {
		path,
		node,
		name,
		driver: field("Driver name") ?? "",
		bus: field("Bus info") ?? "",
		formats: parseVideoFormats(text),
	};
}

/**
 * Why a capture that was just tried gave nothing, for the log and for people.
 * `ours` are processes that may well hold the device. Undefined when nothing is wrong with it any more.
 */
export async function explainVideoDevice(
	path: string,
	ours: ReadonlySet<number>,
): Promise<VideoDeviceError | undefined> {
	try {
		const { node, name, formats } = await probeVideoDevice(path);
		const holders = (await videoDeviceHolders(node)).filter(
			({ pid }) => !ours.has(pid),
		);
		if (holders.length > 0)
			return new VideoDeviceError(
				"busy",
				`${path} (${name}) is used by ${holders.map((holder) => `${holder.name} (pid ${holder.pid})`).join(", ")}`,
			);
		if (formats.length === 0)
			return new VideoDeviceError(
				"silent",
				`${path} (${name}) offers no picture format: does anything write to it?`,
			);
		return undefined;
	} catch (error) {
		if (error instanceof VideoDeviceError) return error;
		throw error;
	}
}

/** Whether something that could be a camera is at `path` and may be opened. */
export async function isVideoDeviceThere(path: string): Promise<boolean> {
	return findNode(path).then(
		() => true,
		() => false,
	);
}

async function findNode(path: string): Promise<string> {
	try {
		const node = await realpath(path);
		const status = await stat(node);
		if (
			!status.isCharacterDevice() ||
			((status.rdev >> 8) & 0xfff) !== video4linuxMajor
		)
			throw await notACamera(path, `${path} is no video device`);
		await access(node, constants.R_OK | constants.W_OK);
		return node;
	} catch (error) {
		if (error instanceof VideoDeviceError) throw error;
		throw await nodeError(path, error);
	}
}

async function nodeError(path: string, error: unknown) {
	const code =
		error instanceof Error && "code" in error ? error.code : undefined;
	switch (code) {
		case "ENOENT":
		case "ENODEV":
		case "ENXIO":
			return new VideoDeviceError(
				"missing",
				`${path} is not there: is the camera plugged in? ${await whatIsThere()}`,
			);
		case "EACCES":
		case "EPERM":
			return new VideoDeviceError(
				"permission",
				`${path} may not be opened by this user: run \`usermod -aG video USER\` as root and start again`,
			);
		default:
			return new VideoDeviceError(
				"failed",
				`${path} cannot be looked at: ${error}`,
			);
	}
}

async function notACamera(path: string, what: string) {
	const others = (await listCameras()).filter(({ node }) => node !== path);
	return new VideoDeviceError(
		"not-a-camera",
		`${what}. ${await whatIsThere(others)}`,
	);
}

async function whatIsThere(cameras?: Awaited<ReturnType<typeof listCameras>>) {
	const there = cameras ?? (await listCameras());
	if (there.length === 0) return "No other video device is there";
	return `There is ${there.map(({ node, name }) => `${node} (${name})`).join(", ")}`;
}

async function runV4l2Ctl(path: string, node: string, options: ProbeOptions) {
	const { v4l2Ctl = "v4l2-ctl", timeoutMs = 10_000 } = options;
	const result = await execa(
		v4l2Ctl,
		["--device", node, "--info", "--list-formats-ext"],
		{
			stdin: "ignore",
			reject: false,
			timeout: timeoutMs,
			killSignal: "SIGKILL",
			// vivid's 83 formats take 200 kB.
			maxBuffer: 1 << 20,
			env: { LC_ALL: "C" },
		},
	);
	// Its exit status says little: 0 after errors, 255 after a format that cannot be listed.
	if (result.stdout.includes("Driver Info")) return result.stdout;
	if (result.code === "ENOENT")
		throw new VideoDeviceError(
			"no-tool",
			"v4l2-ctl is not installed: run `apt-get install v4l-utils` as root",
		);
	if (result.timedOut)
		throw new VideoDeviceError(
			"failed",
			`${path} does not answer: v4l2-ctl waited ${timeoutMs / 1000} s`,
		);
	// It may have gone between our look and v4l2-ctl's.
	await findNode(path);
	const said = result.stderr || result.stdout || "nothing was said of it";
	throw new VideoDeviceError(
		"failed",
		`${path} is not understood: ${said.replaceAll(/\s+/g, " ").trim().slice(0, 200)}`,
	);
}
