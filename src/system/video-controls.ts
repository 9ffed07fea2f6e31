/** What v4l2-ctl calls the types that people and programs set; others (arrays, structures) are of no use here. */
const types = ["int", "int64", "bool", "menu", "intmenu", "button"] as const;

export type VideoControlType = (typeof types)[number];

/** Something that a video device lets one set: its picture, its lens, its encoder. */
export interface VideoControl {
	/** V4L2's name, as v4l2-ctl takes it: `brightness`, `video_bitrate`. The same for all cameras, the driver's own ones apart. */
	readonly token: string;
	readonly type: VideoControlType;
	/** Undefined where the type has none: a button is pressed and holds no value, a bool is 0 or 1. */
	readonly min: number | undefined;
	readonly max: number | undefined;
	readonly step: number | undefined;
	readonly default: number | undefined;
	readonly value: number | undefined;
	/** The choices of a `menu` (in words) or an `intmenu` (numbers); values between them may be missing. */
	readonly menu: readonly { readonly value: number; readonly name: string }[];
	/** Another control rules it now, as `exposure_auto` does with `exposure_absolute`. */
	readonly inactive: boolean;
	readonly readOnly: boolean;
}

// vivid, which has one of everything, has about 70.
const mostControls = 256;
const mostChoices = 256;

const controlLine = /^\s*(\w{1,64}) 0x[0-9a-f]{8} \((\w+)\)\s*: ?(.*)$/;
const choiceLine = /^\s+(\d+): (.{1,64})/;

/** Reads what `v4l2-ctl --list-ctrls-menus` prints; lines that say something else are passed over. */
export function parseVideoControls(text: string): readonly VideoControl[] {
	const controls: VideoControl[] = [];
	let choices: { value: number; name: string }[] = [];
	for (const line of text.split("\n")) {
		const control = controlLine.exec(line);
		if (control !== null) {
			if (controls.length === mostControls) break;
			// Those of a control that is passed over go nowhere.
			choices = [];
			const type = types.find((one) => one === control[2]);
			if (type !== undefined)
				controls.push(
					controlOf(control[1] ?? "", type, control[3] ?? "", choices),
				);
			continue;
		}
		const choice = choiceLine.exec(line);
		if (choice !== null && choices.length < mostChoices)
			choices.push({
				value: Number(choice[1]),
				name: (choice[2] ?? "").replace(/ \(0x[0-9a-f]+\)$/, "").trim(),
			});
	}
	return controls;
}

function controlOf(
	token: string,
	type: VideoControlType,
	text: string,
	menu: VideoControl["menu"],
): VideoControl {
	const field = (name: string) => {
		const digits = new RegExp(`(?:^| )${name}=(-?\\d+)`).exec(text)?.[1];
		return digits === undefined ? undefined : Number(digits);
	};
	const flags = /(?:^| )flags=(.*)$/.exec(text)?.[1]?.split(", ") ?? [];
	const isSet = type !== "button";
	return {
		token,
		type,
		min: field("min"),
		max: field("max"),
		step: field("step"),
		default: field("default"),
		value: isSet ? field("value") : undefined,
		menu,
		inactive: flags.includes("inactive"),
		readOnly: flags.includes("read-only"),
	};
}
