import type { DeviceOperation } from "../context.ts";
import { deviceCapabilities } from "./facts.ts";

export const GetServiceCapabilities: DeviceOperation<"GetServiceCapabilities"> =
	{
		access: "PRE_AUTH",
		run: (_request, context) => ({ Capabilities: deviceCapabilities(context) }),
	};
