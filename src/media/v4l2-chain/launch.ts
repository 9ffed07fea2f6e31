import type { VideoEncoderConfiguration } from "../../camera/types.ts";
import type { ChainLogin } from "./login.ts";

/** What the camera is set to before v4l2compress opens it, which takes size and rate as it finds them. */
export interface CameraFormat {
	/** V4L2's name of the raw format. */
	readonly fourcc: string;
	readonly width: number;
	readonly height: number;
}

/** v4l2-ctl: sets format and size. */
export function formatLine(camera: string, format: CameraFormat): string[] {
	const { fourcc, width, height } = format;
	return [
		"--device",
		camera,
		`--set-fmt-video=width=${width},height=${height},pixelformat=${fourcc}`,
	];
}

/** v4l2-ctl: sets frames a second. */
export function rateLine(camera: string, frameRate: number): string[] {
	return ["--device", camera, `--set-parm=${frameRate}`];
}

/** v4l2-ctl: what a device is really set to; a driver takes another size with exit code 0. */
export function formatOfLine(device: string): string[] {
	return ["--device", device, "--get-fmt-video"];
}

/** v4l2-ctl: what a device is. */
export function infoLine(device: string): string[] {
	return ["--device", device, "--info"];
}

/** x264's constant rate factor for a quality of 1 to 100: 75, the default, is its own default of 23. */
function rateFactor(quality: number): number {
	return Math.round(51 - (28 * quality) / 75);
}

export interface CompressPlan {
	readonly camera: string;
	readonly loopback: string;
	readonly encoder: VideoEncoderConfiguration;
	/** Versions after 0.2.0 open their devices only with `-vv`: they take the level for open(2)'s flags. */
	readonly openFlags: boolean;
}

/** v4l2compress: every value glued to its option. It has no option for size and rate, though its help lists some. */
export function compressLine(plan: CompressPlan): string[] {
	const { encoder } = plan;
	const encoding =
		encoder.encoding === "JPEG"
			? ["-fJPEG", `-q${encoder.quality}`]
			: [
					"-fH264",
					`-G${encoder.govLength}`,
					// It reads no bit rate for H.264; its -F is the rate factor, not frames.
					`-F${rateFactor(encoder.quality)}`,
				];
	return [
		...(plan.openFlags ? ["-vv"] : []),
		...encoding,
		plan.camera,
		plan.loopback,
	];
}

export interface ServerPlan {
	readonly loopback: string;
	readonly encoding: VideoEncoderConfiguration["encoding"];
	readonly frameRate: number;
	readonly port: number;
	/** Also for clients on the network. */
	readonly open: boolean;
	/** Unguessable: its HTTP answers know no login. */
	readonly path: string;
	readonly login: ChainLogin;
	/** An empty folder: it gives what lies there to everybody over HTTP. */
	readonly folder: string;
}

/** v4l2rtspserver: `-f H264` would be two devices, one of them named H264 and made as a file. */
export function serverLine(plan: ServerPlan): string[] {
	const { login } = plan;
	return [
		...(plan.open ? [] : ["-I", "127.0.0.1"]),
		"-P",
		String(plan.port),
		"-u",
		plan.path,
		"-R",
		login.realm,
		"-U",
		`${login.user}:${login.hash}`,
		"-b",
		plan.folder,
		"-F",
		String(plan.frameRate),
		`-f${plan.encoding}`,
		plan.loopback,
	];
}
