import type { MediaOperation } from "../context.ts";
import { mediaCapabilities } from "./facts.ts";

export const GetServiceCapabilities: MediaOperation<"GetServiceCapabilities"> =
	{
		access: "PRE_AUTH",
		run: (_request, context) => ({ Capabilities: mediaCapabilities(context) }),
	};
