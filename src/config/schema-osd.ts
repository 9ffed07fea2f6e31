// A namespace import, so that the bundle takes only the builders that stand here.
import * as Type from "@sinclair/typebox";
import { closed, nonEmpty, oneOf, orNull } from "./schema-words.ts";

const Color = Type.String({
	pattern: "^#[0-9A-Fa-f]{6}$",
	expects: 'a colour such as "#ffcc00", in quotes',
});
const Coordinate = Type.Number({ minimum: -1, maximum: 1 });

/** Keys and words are those of ONVIF's OSDConfiguration (Media spec, 5.15; `tt:OSDTextConfiguration`). */
const Osd = Type.Object(
	{
		position: oneOf([
			"UpperLeft",
			"UpperRight",
			"LowerLeft",
			"LowerRight",
			"Custom",
		]),
		pos: Type.Optional(Type.Object({ x: Coordinate, y: Coordinate }, closed)),
		type: oneOf(["Plain", "Date", "Time", "DateAndTime"]),
		plainText: orNull(nonEmpty(128)),
		dateFormat: oneOf(
			[
				"M/d/yyyy",
				"MM/dd/yyyy",
				"dd/MM/yyyy",
				"yyyy/MM/dd",
				"yyyy-MM-dd",
				"dddd, MMMM dd, yyyy",
				"MMMM dd, yyyy",
				"dd MMMM, yyyy",
			],
			{ default: "yyyy-MM-dd" },
		),
		timeFormat: oneOf(["h:mm:ss tt", "hh:mm:ss tt", "H:mm:ss", "HH:mm:ss"], {
			default: "HH:mm:ss",
		}),
		fontSize: Type.Integer({ minimum: 6, maximum: 72, default: 16 }),
		fontColor: Type.Unsafe<string>({ ...Color, default: "#ffffff" }),
		backgroundColor: orNull(Color),
	},
	closed,
);

/** What is drawn into a profile's pictures. */
export const Osds = Type.Array(Osd, { maxItems: 8, default: [] });

export type OsdConfig = Type.Static<typeof Osd>;
