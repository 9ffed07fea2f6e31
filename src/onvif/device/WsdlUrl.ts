import { httpUrl } from "../addresses.ts";
import type { DeviceOperation } from "../context.ts";

export const GetWsdlUrl: DeviceOperation<"GetWsdlUrl"> = {
	access: "PRE_AUTH",
	run: (_request, context) => ({
		WsdlUrl: httpUrl(context, context.wsdlPath),
	}),
};
