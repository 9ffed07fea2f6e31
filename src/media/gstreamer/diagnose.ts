import type { ProgramExit } from "../../system/supervise.ts";

/** Why a GStreamer child ended, in words that say what to do, and whether another try can help. */
export interface Diagnosis {
	readonly reason: string;
	/** The same line would fail the same way: wait for other settings. */
	readonly permanent: boolean;
}

const packages: Readonly<Record<string, string>> = {
	x264enc: "gstreamer1.0-plugins-ugly",
	openh264enc: "gstreamer1.0-plugins-bad",
	v4l2h264enc: "gstreamer1.0-plugins-good",
	vah264enc: "gstreamer1.0-plugins-bad",
	vaapih264enc: "gstreamer1.0-vaapi",
	nvh264enc: "gstreamer1.0-plugins-bad",
	clockoverlay: "gstreamer1.0-x",
	textoverlay: "gstreamer1.0-x",
	rtph264pay: "gstreamer1.0-plugins-good",
	rtpjpegpay: "gstreamer1.0-plugins-good",
	rtpsession: "gstreamer1.0-plugins-good",
	rtpstreampay: "gstreamer1.0-plugins-good",
	rtponviftimestamp: "gstreamer1.0-plugins-bad",
	rtpstreamdepay: "gstreamer1.0-plugins-good",
	jpegenc: "gstreamer1.0-plugins-good",
	videobalance: "gstreamer1.0-plugins-good",
	v4l2src: "gstreamer1.0-plugins-good",
	jpegdec: "gstreamer1.0-plugins-good",
	avdec_h264: "gstreamer1.0-libav",
	h264parse: "gstreamer1.0-plugins-bad",
	rtpjitterbuffer: "gstreamer1.0-plugins-good",
	rtph264depay: "gstreamer1.0-plugins-good",
	decodebin: "gstreamer1.0-plugins-base",
	shmsink: "gstreamer1.0-plugins-bad",
	shmsrc: "gstreamer1.0-plugins-bad",
	alsasrc: "gstreamer1.0-alsa",
	alsasink: "gstreamer1.0-alsa",
	volume: "gstreamer1.0-plugins-base",
	mulawdec: "gstreamer1.0-plugins-good",
	alawdec: "gstreamer1.0-plugins-good",
	rtppcmudepay: "gstreamer1.0-plugins-good",
	rtppcmadepay: "gstreamer1.0-plugins-good",
	audiotestsrc: "gstreamer1.0-plugins-base",
	audioconvert: "gstreamer1.0-plugins-base",
	audioresample: "gstreamer1.0-plugins-base",
	mulawenc: "gstreamer1.0-plugins-good",
	rtppcmupay: "gstreamer1.0-plugins-good",
	rawaudioparse: "gstreamer1.0-plugins-base",
	voaacenc: "gstreamer1.0-plugins-bad",
	rtpmp4gpay: "gstreamer1.0-plugins-good",
	videotestsrc: "gstreamer1.0-plugins-base",
	videoscale: "gstreamer1.0-plugins-base",
	videoconvert: "gstreamer1.0-plugins-base",
	videorate: "gstreamer1.0-plugins-base",
};

export function missingElement(element: string): string {
	const owner = packages[element];
	return owner
		? `the GStreamer element ${element} is missing: apt-get install ${owner}`
		: `the GStreamer element ${element} is missing`;
}

/** The elements that launch lines are made of. */
export const elements: readonly string[] = Object.keys(packages);

export function diagnose(exit: ProgramExit): Diagnosis {
	const missing = /no element "([\w-]+)"/.exec(exit.stderr)?.[1];
	if (missing) return { reason: missingElement(missing), permanent: true };
	if (
		/gst-launch-1\.0.*(No such file|ENOENT|not found)/i.test(exit.stderr) ||
		exit.code === 127
	)
		return {
			reason: "gst-launch-1.0 is missing: apt-get install gstreamer1.0-tools",
			permanent: true,
		};
	if (/setpriv.*ENOENT/.test(exit.stderr))
		return {
			reason: "setpriv is missing: apt-get install util-linux",
			permanent: true,
		};
	if (
		/Unsupported JPEG|Invalid JPEG|decode JPEG|No valid frames decoded/.test(
			exit.stderr,
		)
	)
		return { reason: "its pictures are broken", permanent: false };
	const format = /missing a plug-in/.test(exit.stderr);
	if (format)
		return {
			reason:
				"no decoder for the video of the source: apt-get install gstreamer1.0-libav",
			permanent: false,
		};
	const device = /Cannot identify device '([^']+)'/.exec(exit.stderr)?.[1];
	if (device)
		return {
			reason: `${device} is not there: is the camera plugged in?`,
			permanent: false,
		};
	const busy = /Device '([^']+)' is busy/.exec(exit.stderr)?.[1];
	if (busy)
		return { reason: `${busy} is in use by another program`, permanent: false };
	if (
		/could not link|no property|could not set property|erroneous pipeline/i.test(
			exit.stderr,
		)
	)
		return { reason: lastLine(exit.stderr), permanent: true };
	if (exit.signal && !said.test(exit.stderr))
		return { reason: `ended by ${exit.signal}`, permanent: false };
	return {
		reason: lastLine(exit.stderr) || `ended with exit code ${exit.code}`,
		permanent: false,
	};
}

/** gst-launch-1.0's word for what went wrong: it tells more than how the child ended after it. */
const said = /^ERROR: /m;

function lastLine(stderr: string): string {
	const lines = stderr
		.split("\n")
		.map((line) => line.trim())
		.filter(Boolean);
	const telling = lines.find(
		(line) => line.includes("ERROR") || line.startsWith("WARNING: erroneous"),
	);
	return (telling ?? lines.at(-1) ?? "").slice(0, 300);
}
