import { httpUrl } from "../addresses.ts";
import type { DeviceOperation } from "../context.ts";
import { noSuchService } from "../faults.ts";

/** No category asks for all of them (Core spec, GetCapabilities). */
export const GetCapabilities: DeviceOperation<"GetCapabilities"> = {
	access: "PRE_AUTH",
	run({ Category = [] }, context) {
		const wanted = new Set<string>(Category.length === 0 ? ["All"] : Category);
		let capabilities = {};
		for (const { path, legacy } of context.services) {
			if (legacy === undefined) continue;
			const { category } = legacy;
			if (!wanted.delete(category) && !wanted.has("All")) continue;
			const told = legacy.capabilities(context, httpUrl(context, path));
			capabilities = { ...capabilities, ...told };
		}
		wanted.delete("All");
		for (const category of wanted) throw noSuchService(category);
		return { Capabilities: capabilities };
	},
};
