// Runs in the guest, bundled: sets up the sensor behind a video node as the service does, and says what came of it.
//   PATH WIDTHxHEIGHT@RATE ENTITY
import { chooseCaptureMode } from "../../src/system/capture-mode.ts";
import { MediaSensors } from "../../src/system/media-sensor.ts";
import {
	probeVideoDevice,
	VideoDeviceError,
} from "../../src/system/video-device.ts";

const [path = "", size = "", entity = null] = process.argv.slice(2);
const [width = 0, height = 0, frameRate = 0] = size.split(/[x@]/).map(Number);
const notes: string[] = [];
const note = (message: string) => void notes.push(message);

try {
	const sensors = new MediaSensors({ info: note, warn: note, error: note });
	const wish = { width, height, frameRate };
	const setup = await sensors.setUp({
		path,
		choice: { entity, device: null, busFormat: null },
		kinds: ["jpeg", "raw"],
		...wish,
		formats: async () => (await probeVideoDevice(path)).formats,
	});
	const mode = setup && chooseCaptureMode(setup.formats, wish);
	process.stdout.write(JSON.stringify({ kind: setup?.kind, mode, notes }));
} catch (error) {
	if (!(error instanceof VideoDeviceError)) throw error;
	const { trouble, message } = error;
	process.stdout.write(JSON.stringify({ trouble, message }));
}
