import type { DeviceOperation } from "../context.ts";

export const GetDeviceInformation: DeviceOperation<"GetDeviceInformation"> = {
	access: "READ_SYSTEM",
	run(_request, { camera: { identity } }) {
		return {
			Manufacturer: identity.manufacturer,
			Model: identity.model,
			FirmwareVersion: identity.firmwareVersion,
			SerialNumber: identity.serialNumber,
			HardwareId: identity.hardwareId,
		};
	},
};
