import { arch } from "node:os";
import { join } from "node:path";
import { readText } from "./network-files.ts";

/** What the host's firmware says of the host; `undefined` for what it does not say. */
export interface HostFacts {
	/** /etc/machine-id: a secret of the host's, not to be shown as it is (machine-id(5)). */
	readonly machineId: string | undefined;
	readonly serialNumber: string | undefined;
	/** For people: "PINE64 PineCube", "Dell Inc. OptiPlex 7040", or the processor's architecture when there is no more. */
	readonly hardwareId: string;
}

/** `root` is where the host's files stand. */
export function hostFacts(root = "/"): HostFacts {
	const read = (path: string) => told(readText(join(root, path)));
	const vendor = read("sys/class/dmi/id/sys_vendor");
	const product = read("sys/class/dmi/id/product_name");
	return {
		machineId: read("etc/machine-id"),
		serialNumber:
			read("proc/device-tree/serial-number") ??
			read("sys/class/dmi/id/product_serial"),
		hardwareId:
			read("proc/device-tree/model") ??
			([vendor, product]
				.filter((s) => s !== undefined)
				.join(" ")
				.trim() ||
				arch()),
	};
}

/** What makers leave in the fields that they forgot to fill. */
const nothing =
	/^(to be filled|default string|not specified|system (product|serial)|none$|n\/a$|0+$|123456789)/i;

/** Device-tree strings end in a NUL; ONVIF's answers take no control characters at all. */
function told(text: string | undefined): string | undefined {
	const line = text
		?.replace(/\p{Cc}+/gu, " ")
		.trim()
		.slice(0, 64);
	return line === undefined || line === "" || nothing.test(line)
		? undefined
		: line;
}
