import { operationProhibited } from "../../soap/faults.ts";
import type { DeviceOperation } from "../context.ts";

/** The answer leaves before the host goes down, and discovery says Bye between them (Core spec, SystemReboot). */
export const SystemReboot: DeviceOperation<"SystemReboot"> = {
	access: "UNRECOVERABLE",
	async run(_request, { reboot }) {
		if (reboot === undefined) {
			throw operationProhibited("the camera's owner does not allow reboots");
		}
		return { Message: await reboot() };
	},
};
