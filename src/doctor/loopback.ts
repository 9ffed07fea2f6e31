import type { ChainDevices } from "../media/v4l2-chain/devices.ts";
import {
	checkLoopback,
	LoopbackTrouble,
} from "../media/v4l2-chain/loopback.ts";
import {
	isLoopbackInstalled,
	loopbackModule,
	type ModuleFolders,
	videoDeviceLabel,
	videoNumber,
} from "../system/loopback-module.ts";
import { type Health, Trouble } from "./finding.ts";

interface LoopbackHost {
	readonly devices: ChainDevices;
	readonly folders: ModuleFolders;
}

/** v4l2compress and v4l2rtspserver hold it, and v4l2-ctl looks at it meanwhile. */
const leastOpeners = 3;
const leastBuffers = 2;
const anyNumber = 10;

/** Whether the kernel has the module v4l2loopback, and with which options it was loaded. */
export async function checkLoopbackModule(
	folders: ModuleFolders,
): Promise<Health> {
	const options = await loopbackModule(folders);
	if (options) {
		const { version, openers, buffers } = options;
		return [
			`loaded${version ? `, version ${version}` : ""}`,
			...(Number.isNaN(openers) ? [] : [`max_openers ${openers}`]),
			...(Number.isNaN(buffers) ? [] : [`max_buffers ${buffers}`]),
		].join(", ");
	}
	if (await isLoopbackInstalled(folders))
		throw new Trouble(
			"the kernel module v4l2loopback is not loaded",
			modprobe([]),
		);
	throw new Trouble(
		"the kernel module v4l2loopback is not installed",
		"apt-get install v4l2loopback-dkms linux-headers-$(uname -r)",
	);
}

const modprobe = (paths: readonly string[]) =>
	`modprobe v4l2loopback video_nr=${numbersOf(paths).join(",") || anyNumber} exclusive_caps=0`;

function numbersOf(paths: readonly string[]): readonly number[] {
	return paths.flatMap((path) => videoNumber(path) ?? []);
}

/** Whether v4l2compress could write to it; of `ours`, who runs already is no stranger. `wanted` are all that the chains write to. */
export async function checkLoopbackDevice(
	path: string,
	wanted: readonly string[],
	ours: ReadonlySet<number>,
	{ devices, folders }: LoopbackHost,
): Promise<Health> {
	const options = await loopbackModule(folders);
	const load = loadLine(wanted, options?.numbers);
	try {
		await checkLoopback(path, {
			...devices,
			holders: async (at) =>
				(await devices.holders(at)).filter((one) => !ours.has(pidOf(one))),
		});
	} catch (error) {
		throw error instanceof LoopbackTrouble ? trouble(path, error, load) : error;
	}
	const number = numbersOf([path])[0] ?? -1;
	const label = await videoDeviceLabel(folders, number);
	const detail = `${path} is a loopback device${label ? `, "${label}"` : ""}`;
	if (options === undefined) return detail;
	if (options.openers < leastOpeners || options.buffers < leastBuffers)
		throw new Trouble(
			`${path}: v4l2loopback was loaded with max_openers ${options.openers} and max_buffers ${options.buffers}, the chain needs ${leastOpeners} and ${leastBuffers}`,
			load,
		);
	const exclusive = options.exclusive[options.numbers.indexOf(number)];
	if (exclusive !== "Y") return `${detail}, exclusive_caps 0`;
	return {
		detail: `${detail}, exclusive_caps 1`,
		advice: `with it some programs cannot write anew after a stop; when pictures do not come back: ${load}`,
	};
}

/** Options change only by unloading, which every device's users must allow; devices that are there are kept. */
function loadLine(
	wanted: readonly string[],
	there: readonly number[] | undefined,
): string {
	if (there === undefined) return modprobe(wanted);
	const kept = there.filter((number) => number >= 0);
	const all = [...new Set([...kept, ...numbersOf(wanted)])];
	return `modprobe -r v4l2loopback && ${modprobe(all.map((number) => `/dev/video${number}`))}`;
}

function trouble(
	path: string,
	{ kind, message }: LoopbackTrouble,
	load: string,
): Trouble {
	switch (kind) {
		case "missing":
			return new Trouble(`${path} is not there`, load);
		case "file":
			return new Trouble(
				`${path} is no video device: a program made it while there was none`,
				`rm ${path} && ${load}`,
			);
		case "foreign":
			return new Trouble(
				message,
				`v4l2-ctl --list-devices tells which is which; ${load} makes one`,
			);
		case "busy": {
			const pids = [...message.matchAll(/\(pid (\d+)\)/g)].map(
				([, pid]) => pid,
			);
			return new Trouble(message, `kill ${pids.join(" ")}`);
		}
	}
}

const pidOf = (holder: string) =>
	Number(/\(pid (\d+)\)$/.exec(holder)?.[1] ?? Number.NaN);
