// A namespace import, so that the bundle takes only the builders that stand here.
import * as Type from "@sinclair/typebox";
import { closed, nonEmpty } from "./schema-words.ts";

/** What ONVIF's multicast leaves open. */
export const Multicast = Type.Object(
	{
		interfaces: Type.Array(
			nonEmpty(15, { expects: "the name of a network interface" }),
			{ maxItems: 32, default: [] },
		),
	},
	closed,
);
