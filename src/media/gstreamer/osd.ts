import type {
	OSDConfiguration,
	OSDDateFormat,
	OSDPosConfiguration,
	OSDTextConfiguration,
	OSDTimeFormat,
} from "../../camera/types.ts";

/** The same for strftime, which clockoverlay asks (`%-d` is glibc's and musl's). */
const dates: Readonly<Record<OSDDateFormat, string>> = {
	"M/d/yyyy": "%-m/%-d/%Y",
	"MM/dd/yyyy": "%m/%d/%Y",
	"dd/MM/yyyy": "%d/%m/%Y",
	"yyyy/MM/dd": "%Y/%m/%d",
	"yyyy-MM-dd": "%Y-%m-%d",
	"dddd, MMMM dd, yyyy": "%A, %B %d, %Y",
	"MMMM dd, yyyy": "%B %d, %Y",
	"dd MMMM, yyyy": "%d %B, %Y",
};
const times: Readonly<Record<OSDTimeFormat, string>> = {
	"h:mm:ss tt": "%-I:%M:%S %p",
	"hh:mm:ss tt": "%I:%M:%S %p",
	"H:mm:ss": "%-H:%M:%S",
	"HH:mm:ss": "%H:%M:%S",
};

/**
 * Text as Pango's markup: all but ASCII letters and digits as character references, so that nothing in it means
 * anything to Pango, to gst-launch or to strftime, whatever an owner or a client wrote.
 */
export function escapedText(text: string): string {
	return Array.from(text, (character) =>
		/^[A-Za-z0-9]$/.test(character)
			? character
			: `&#${character.codePointAt(0)};`,
	).join("");
}

/** In quotes of gst-launch's, for its blanks; nothing in it has such quotes or backslashes. */
function quoted(markup: string, background: string | undefined): string {
	return background === undefined
		? `"${markup}"`
		: `"<span background='${background}'>${markup}</span>"`;
}

function saying(text: OSDTextConfiguration): string[] {
	const clock = (format: string) => [
		"clockoverlay",
		`time-format=${quoted(format, text.backgroundColor)}`,
	];
	switch (text.type) {
		case "Plain":
			return [
				"textoverlay",
				`text=${quoted(escapedText(text.plainText), text.backgroundColor)}`,
			];
		case "Date":
			return clock(dates[text.dateFormat]);
		case "Time":
			return clock(times[text.timeFormat]);
		case "DateAndTime":
			return clock(`${dates[text.dateFormat]} ${times[text.timeFormat]}`);
	}
}

const corners = {
	UpperLeft: ["left", "top"],
	UpperRight: ["right", "top"],
	LowerLeft: ["left", "bottom"],
	LowerRight: ["right", "bottom"],
} as const;

/** At its ends of -1 and 1 a text of any length touches the border and is whole. */
function place(position: OSDPosConfiguration, width: number): string[] {
	if (position.type === "Custom") {
		const { x, y } = position.pos;
		return [
			"halignment=absolute",
			"valignment=absolute",
			`x-absolute=${(x + 1) / 2}`,
			`y-absolute=${(1 - y) / 2}`,
		];
	}
	const [side, edge] = corners[position.type];
	const margin = Math.round(width / 64);
	return [
		`halignment=${side}`,
		`valignment=${edge}`,
		`line-alignment=${side}`,
		`xpad=${margin}`,
		`ypad=${margin}`,
	];
}

/** What draws OSDs into raw pictures `width` pixels wide, for a launch line: each element behind its `!`. */
export function osdElements(
	osds: readonly OSDConfiguration[],
	width: number,
): string[] {
	return osds.flatMap(({ position, textString }) => {
		const { fontSize, fontColor, backgroundColor } = textString;
		const plain = backgroundColor !== undefined;
		return [
			"!",
			...saying(textString),
			// It grows with pictures wider than 640 pixels, and shrinks with narrower ones (auto-resize).
			`font-desc=Sans ${fontSize}`,
			`color=0xff${fontColor.slice(1)}`,
			...place(position, width),
			// What makes text stand out from any picture would only smear it where it has a background.
			...(plain ? ["draw-outline=false", "draw-shadow=false"] : []),
		];
	});
}
