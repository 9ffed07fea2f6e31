import type { RtspMethod } from "./context.ts";
import type { MethodName } from "./method-names.ts";
import { describe } from "./methods/describe.ts";
import { options } from "./methods/options.ts";
import { getParameter, setParameter } from "./methods/parameter.ts";
import { pause } from "./methods/pause.ts";
import { play } from "./methods/play.ts";
import { setup } from "./methods/setup.ts";
import { teardown } from "./methods/teardown.ts";

/** What the server does: what is not here is refused. */
export const methods: Readonly<Record<MethodName, RtspMethod>> = {
	OPTIONS: options,
	DESCRIBE: describe,
	SETUP: setup,
	PLAY: play,
	PAUSE: pause,
	TEARDOWN: teardown,
	GET_PARAMETER: getParameter,
	SET_PARAMETER: setParameter,
};
