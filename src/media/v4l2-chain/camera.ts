import {
	type CaptureMode,
	chooseCaptureMode,
} from "../../system/capture-mode.ts";
import type { VideoDeviceInfo } from "../../system/video-device.ts";
import type { FrameSize, VideoFormat } from "../../system/video-formats.ts";
import type { ChainPlan } from "../types.ts";
import { formatLine, formatOfLine, rateLine } from "./launch.ts";
import { ChainTrouble } from "./trouble.ts";
import { lastWords, parseFormat } from "./v4l2-ctl.ts";

/** Raw formats that v4l2compress' converter (libyuv) reads by V4L2's names. It does not decode MJPG. */
const readable = new Set(["YU12", "YV12", "NV12", "NV21", "YUYV", "UYVY"]);

export function isReadable({ fourcc }: VideoFormat): boolean {
	return readable.has(fourcc);
}

export type ChainCamera = Pick<ChainPlan, "camera" | "mediaController">;

export interface CameraAccess {
	/** What the camera offers, once the sensor behind it is set up for the wish. Rejects with an error for people. */
	probe(camera: ChainCamera, wish: CameraWish): Promise<VideoDeviceInfo>;
	/** A chain that read this camera gave no picture: nothing of it is taken for set up any more. */
	forget(path: string): Promise<void>;
	/** Runs v4l2-ctl; resolves with what it said. */
	v4l2Ctl(args: readonly string[]): Promise<string>;
}

export interface CameraWish {
	readonly width: number;
	readonly height: number;
	readonly frameRate: number;
}

/**
 * Sets format, size and rate on a camera, for v4l2compress takes what it finds, and reads back what came of it.
 * The rate is the camera's nearest; the size must be what was wished.
 */
export async function setCamera(
	chain: ChainCamera,
	wish: CameraWish,
	access: CameraAccess,
): Promise<CaptureMode> {
	const path = chain.camera;
	const info = await access.probe(chain, wish);
	const mode = modeOf(info, wish);
	const said = await access.v4l2Ctl(formatLine(path, mode));
	if (/Device or resource busy/.test(said))
		throw new ChainTrouble(`${path} (${info.name}) is in use: ${said.trim()}`);
	if (mode.frameRate !== undefined)
		await access.v4l2Ctl(rateLine(path, mode.frameRate));
	const text = await access.v4l2Ctl(formatOfLine(path));
	const is = parseFormat(text);
	if (!is)
		throw new ChainTrouble(
			`${path} (${info.name}) does not tell its format: ${lastWords(text)}`,
		);
	if (is.width !== wish.width || is.height !== wish.height)
		throw new ChainTrouble(
			`${path} (${info.name}) takes ${is.width}x${is.height} instead of ${wish.width}x${wish.height}`,
		);
	if (is.fourcc !== mode.fourcc)
		throw new ChainTrouble(
			`${path} (${info.name}) takes ${is.fourcc} instead of ${mode.fourcc}`,
		);
	return mode;
}

function modeOf(info: VideoDeviceInfo, wish: CameraWish): CaptureMode {
	const formats = info.formats.filter(isReadable);
	const name = `${info.path} (${info.name})`;
	const mode = chooseCaptureMode(formats, wish);
	if (!mode)
		throw new ChainTrouble(
			`${name} offers none of the raw formats that v4l2compress reads (${[...readable].join(", ")}): use engine: gstreamer`,
			true,
		);
	if (mode.width !== wish.width || mode.height !== wish.height) {
		const offers = formats.flatMap(({ sizes }) => sizes.map(sizeText));
		throw new ChainTrouble(
			`${name} has no ${wish.width}x${wish.height}, and v4l2compress does not scale; it offers ${[...new Set(offers)].slice(0, 12).join(", ")}`,
		);
	}
	return mode;
}

function sizeText(size: FrameSize): string {
	return size.kind === "discrete"
		? `${size.width}x${size.height}`
		: `${size.min.width}x${size.min.height} to ${size.max.width}x${size.max.height}`;
}
