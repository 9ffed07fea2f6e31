// Runs in the guest, bundled: what src/system says of the devices there, as JSON lines.
//   probe PATH WIDTHxHEIGHT@RATE | explain PATH | wait PATH | controls PATH TOKEN=VALUE
import { chooseCaptureMode } from "../../src/system/capture-mode.ts";
import { videoControlAccess } from "../../src/system/video-control-access.ts";
import {
	explainVideoDevice,
	probeVideoDevice,
	VideoDeviceError,
} from "../../src/system/video-device.ts";
import { waitForVideoDevice } from "../../src/system/video-device-wait.ts";

const [task, path = "", wish = ""] = process.argv.slice(2);

function say(what: unknown): void {
	process.stdout.write(`${JSON.stringify(what)}\n`);
}

function told(error: VideoDeviceError) {
	return { trouble: error.trouble, message: error.message };
}

async function probe() {
	const info = await probeVideoDevice(path);
	const [width = 0, height = 0, frameRate = 0] = wish.split(/[x@]/).map(Number);
	const mode = chooseCaptureMode(info.formats, { width, height, frameRate });
	return { ...info, formats: info.formats.length, mode };
}

async function explain() {
	const error = await explainVideoDevice(path, new Set());
	return error === undefined ? {} : told(error);
}

async function controls() {
	const access = videoControlAccess();
	const [token = "", value] = wish.split("=");
	const refused = await access.set(path, token, Number(value));
	const list = await access.list(path);
	const names = list.map((one) => one.token);
	return { refused, names, control: list.find((one) => one.token === token) };
}

async function wait() {
	// The wait itself keeps no process alive.
	const alive = setInterval(() => {}, 1000);
	say({ waiting: path });
	await waitForVideoDevice(path, AbortSignal.timeout(300_000), {
		pollMs: 60_000,
	});
	clearInterval(alive);
	return { there: path };
}

try {
	if (task === "probe") say(await probe());
	else if (task === "explain") say(await explain());
	else if (task === "controls") say(await controls());
	else say(await wait());
} catch (error) {
	if (!(error instanceof VideoDeviceError)) throw error;
	say(told(error));
}
