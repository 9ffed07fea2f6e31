import { access, constants, stat } from "node:fs/promises";
import { diagnose } from "../media/gstreamer/diagnose.ts";
import { startGstLaunch } from "../media/gstreamer/gst-launch.ts";
import { rawCaps } from "../media/gstreamer/raw-caps.ts";
import type { CapturePlan } from "../media/types.ts";
import type { ProgramExit } from "../system/supervise.ts";
import { type Health, Trouble } from "./finding.ts";

const wantedFrames = 10;
const maxOctets = 256 * 1024;

/** Decodes the first ten pictures of a file; says on stdout what they are. */
export function fileTrialLine(path: string): string[] {
	return [
		"-v",
		"filesrc",
		`location=${path}`,
		"!",
		"decodebin",
		"!",
		"video/x-raw",
		"!",
		"identity",
		`eos-after=${wantedFrames}`,
		"!",
		"fakesink",
	];
}

/** Whether a file is video that can be decoded here, and large and fast enough for the profiles. */
export async function checkVideoFile(
	path: string,
	capture: CapturePlan,
	signal: AbortSignal,
): Promise<Health> {
	await checkReadable(path);
	const program = startGstLaunch({
		name: "file trial",
		args: fileTrialLine(path),
	});
	let said = "";
	program.stdout.setEncoding("utf8").on("data", (text: string) => {
		if (said.length < maxOctets) said += text;
	});
	const kill = () => program.kill();
	signal.addEventListener("abort", kill, { once: true });
	if (signal.aborted) kill();
	const exit = await program.exited;
	signal.removeEventListener("abort", kill);
	const picture = pictureOf(said);
	if (exit.code !== 0 || !picture) throw undecodable(path, exit);
	return judged(path, picture, capture);
}

async function checkReadable(path: string): Promise<void> {
	const status = await stat(path).catch(() => undefined);
	if (!status)
		throw new Trouble(
			`${path} is not there`,
			"correct source.file in the configuration, or mount what holds it",
		);
	if (!status.isFile())
		throw new Trouble(`${path} is no file`, "name a video file in source.file");
	await access(path, constants.R_OK).catch(() => {
		throw new Trouble(
			`${path} may not be read by this user`,
			`chmod a+r ${path}, and a+x for the folders above it`,
		);
	});
}

interface Picture {
	readonly width: number;
	readonly height: number;
	/** 0 where the file does not tell. */
	readonly frameRate: number;
}

/** What gst-launch says of its pictures. */
export function pictureOf(said: string): Picture | undefined {
	const caps = rawCaps(said);
	const size = /width=\(int\)(\d+).*height=\(int\)(\d+)/.exec(caps ?? "");
	if (!caps || !size) return undefined;
	const rate = /framerate=\(fraction\)(\d+)\/(\d+)/.exec(caps);
	const [over, under] = [Number(rate?.[1] ?? 0), Number(rate?.[2] ?? 1)];
	return {
		width: Number(size[1]),
		height: Number(size[2]),
		frameRate: Math.round((over / under) * 100) / 100,
	};
}

function undecodable(path: string, exit: ProgramExit): Trouble {
	const missing = /^Missing decoder: (.*?)(?: \(|$)/m.exec(exit.stderr)?.[1];
	if (missing && !/^text\b/.test(missing))
		return new Trouble(
			`${path}: GStreamer has no decoder for ${missing} here`,
			"apt-get install gstreamer1.0-libav",
		);
	return new Trouble(
		`${path} is no video that can be decoded: ${whyNot(exit)}`,
		`name another file in source.file, or convert it: ffmpeg -i ${path} -c:v libx264 -pix_fmt yuv420p NEW.mp4`,
	);
}

function whyNot(exit: ProgramExit): string {
	if (/^Missing decoder: text|appears to be a text file/m.test(exit.stderr))
		return "it holds text";
	if (/reason not-linked/.test(exit.stderr)) return "it holds no pictures";
	return diagnose(exit).reason.replace(/^ERROR: from element \S+: /, "");
}

function judged(path: string, picture: Picture, capture: CapturePlan): Health {
	const { width, height, frameRate } = picture;
	const detail = `${path} is video of ${width}x${height}${frameRate > 0 ? ` at ${frameRate} fps` : ""}`;
	if (width < capture.width || height < capture.height)
		return {
			detail: `${detail}; profiles of up to ${capture.width}x${capture.height} blow it up`,
			advice: `set profiles to ${width - (width % 2)}x${height - (height % 2)} at most`,
		};
	if (frameRate > 0 && frameRate < capture.frameRate * 0.99)
		return {
			detail: `${detail}; profiles of up to ${capture.frameRate} fps repeat pictures`,
			advice: `set frameRate in profiles to ${Math.max(1, Math.floor(frameRate))} at most`,
		};
	return detail;
}
