import type { Service } from "../soap/operation.ts";
import type { Capabilities } from "../soap/schema/generated/tt.ts";
import type { Context } from "./context.ts";

/** A service that GetServices and GetCapabilities can tell of. */
export interface OnvifService extends Service<Context> {
	/** What its GetServiceCapabilities answers. */
	capabilities(context: Context): object;
	/** Its place in GetCapabilities, if it has one there. */
	readonly legacy?: {
		readonly category: "Device" | "Media" | "Events" | "Imaging" | "PTZ";
		/** The same facts in the older operation's words. */
		capabilities(context: Context, xaddr: string): Capabilities;
	};
}
