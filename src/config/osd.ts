import { CheckError } from "./check.ts";
import type { ConfigFile } from "./schema.ts";
import type { OsdConfig } from "./schema-osd.ts";

function fail(path: string, message: string): never {
	throw new CheckError(`${path}: ${message}`);
}

function checkOsd(osd: OsdConfig, path: string): void {
	const { position, pos, type, plainText } = osd;
	if (position === "Custom" && pos === undefined)
		fail(`${path}.pos`, "must stand beside position: Custom");
	if (position !== "Custom" && pos !== undefined)
		fail(`${path}.pos`, `is for position: Custom, got position: ${position}`);
	if (type === "Plain" && plainText === null)
		fail(`${path}.plainText`, "must stand beside type: Plain");
	if (type !== "Plain" && plainText !== null)
		fail(`${path}.plainText`, `is for type: Plain, got type: ${type}`);
}

/** @throws CheckError for what does not go together, and for two in one corner */
export function checkOsds({ profiles }: Pick<ConfigFile, "profiles">): void {
	for (const [index, { osd: osds, engine }] of profiles.entries()) {
		const path = `profiles[${index}].osd`;
		if (engine === "v4l2-chain" && osds.length > 0)
			fail(path, "is for engine: gstreamer; a chain draws nothing");
		const corners = new Map<string, number>();
		for (const [at, osd] of osds.entries()) {
			checkOsd(osd, `${path}[${at}]`);
			const first = corners.get(osd.position);
			if (first !== undefined && osd.position !== "Custom")
				fail(
					`${path}[${at}].position`,
					`must differ from that of ${path}[${first}], got "${osd.position}"`,
				);
			corners.set(osd.position, at);
		}
	}
}
