import { encoderTokenOf } from "./camera/state.ts";
import type {
	OSDConfiguration,
	OSDPosConfiguration,
	OSDTextConfiguration,
	Token,
} from "./camera/types.ts";
import type { CameraConfig } from "./config/load.ts";

type OsdConfig = CameraConfig["profiles"][number]["osd"][number];

/** What the configuration wants drawn into pictures, by the token of the encoder configuration that its profile comes with. */
export function osdPlans({
	profiles,
}: Pick<CameraConfig, "profiles">): ReadonlyMap<
	Token,
	readonly OSDConfiguration[]
> {
	return new Map(
		profiles.map(({ token, osd: osds }) => [
			encoderTokenOf(token),
			osds.map((osd, index) => ({
				token: `${token}-osd-${index + 1}`,
				position: positionOf(osd),
				textString: textOf(osd),
			})),
		]),
	);
}

function positionOf({ position, pos }: OsdConfig): OSDPosConfiguration {
	if (position !== "Custom") return { type: position };
	if (!pos) throw new Error("a checked configuration has a place for it");
	return { type: position, pos };
}

function textOf(osd: OsdConfig): OSDTextConfiguration {
	const { type, dateFormat, timeFormat } = osd;
	const look = {
		fontSize: osd.fontSize,
		fontColor: osd.fontColor,
		backgroundColor: osd.backgroundColor ?? undefined,
	};
	switch (type) {
		case "Plain":
			return { ...look, type, plainText: osd.plainText ?? "" };
		case "Date":
			return { ...look, type, dateFormat };
		case "Time":
			return { ...look, type, timeFormat };
		case "DateAndTime":
			return { ...look, type, dateFormat, timeFormat };
	}
}
