// Runs in the guest, bundled: what src/media/v4l2-chain says of the devices there, as one JSON line.
//   loopback PATH | camera PATH WIDTHxHEIGHT@RATE | written PATH FOURCC WIDTHxHEIGHT
import { setCamera } from "../../src/media/v4l2-chain/camera.ts";
import { hostDevices } from "../../src/media/v4l2-chain/devices.ts";
import {
	checkLoopback,
	loopbackWritten,
} from "../../src/media/v4l2-chain/loopback.ts";

const devices = hostDevices({ info() {}, warn() {}, error() {} });
const [task, path = "", ...wishes] = process.argv.slice(2);
const [width = 0, height = 0, frameRate = 0] = (wishes.at(-1) ?? "")
	.split(/[x@]/)
	.map(Number);

async function answer() {
	switch (task) {
		case "loopback":
			await checkLoopback(path, devices);
			return {};
		case "camera":
			return setCamera({ camera: path }, { width, height, frameRate }, devices);
		case "written":
			await loopbackWritten(
				path,
				{ fourcc: wishes[0] ?? "", width, height },
				devices,
				AbortSignal.timeout(300_000),
			);
			return {};
		default:
			throw new Error(`no such task: ${task}`);
	}
}

const said = await answer().catch((error: Error) => ({
	message: error.message,
}));
process.stdout.write(`${JSON.stringify(said)}\n`);
