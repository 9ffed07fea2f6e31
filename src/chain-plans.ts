import { encoderTokenOf } from "./camera/state.ts";
import type { Token } from "./camera/types.ts";
import type { CameraConfig } from "./config/load.ts";
import type { ChainPlan } from "./media/types.ts";

/** The chains that the configuration asks for, by the token of the encoder configuration that their profile comes with. */
export function chainPlans({
	source,
	profiles,
}: Pick<CameraConfig, "source" | "profiles">): ReadonlyMap<Token, ChainPlan> {
	const plans = new Map<Token, ChainPlan>();
	for (const { token, chain } of profiles) {
		const own = source.kind === "v4l2" ? source : undefined;
		const camera = chain?.camera ?? own?.device;
		if (chain && camera !== undefined)
			plans.set(encoderTokenOf(token), {
				camera,
				mediaController:
					camera === own?.device ? own.mediaController : undefined,
				loopback: chain.loopback,
				direct: chain.direct ? { port: chain.port } : undefined,
			});
	}
	return plans;
}
