import type { GstreamerEngine } from "../gstreamer/engine.ts";
import type { Engine, Plan } from "../types.ts";
import type { ChainEngineOptions } from "./engine.ts";

/** What the service needs of its engines. */
export interface MediaEngine extends Engine {
	/** A JPEG of a stream's size. Rejects with `SourceUnavailable`. */
	snapshot(streamToken: string): Promise<Buffer>;
	/** Another server's address for a stream, login included, where the owner wants clients to go there. */
	directUri?(streamToken: string, host: string): string | undefined;
	/** How a stream comes about, in words for people; undefined while that is not known. */
	path(streamToken: string): string | undefined;
	/** What will keep the plan from giving pictures, a line each for people. */
	check(): Promise<string[]>;
}

/** GStreamer's engine, and beside it the chains' where any is `wanted`: each takes its own streams out of the plan. */
export async function withChains(
	gstreamer: GstreamerEngine,
	wanted: boolean,
	options: Omit<ChainEngineOptions, "devices">,
): Promise<MediaEngine> {
	if (!wanted) return gstreamer;
	const [{ ChainEngine }, { hostDevices }] = await Promise.all([
		import("./engine.ts"),
		import("./devices.ts"),
	]);
	const chains = new ChainEngine({
		...options,
		devices: hostDevices(options.log),
	});
	let chained = new Set<string>();
	return {
		apply(plan: Plan) {
			chained = new Set(
				plan.streams.filter(({ chain }) => chain).map(({ token }) => token),
			);
			chains.apply(plan);
			gstreamer.apply({
				...plan,
				streams: plan.streams.filter(({ chain }) => !chain),
			});
		},
		snapshot: (token) =>
			(chained.has(token) ? chains : gstreamer).snapshot(token),
		path: (token) =>
			chained.has(token)
				? "v4l2compress, v4l2loopback, v4l2rtspserver"
				: gstreamer.path(token),
		directUri: (token, host) => chains.directUri(token, host),
		check: async () => [
			...(await chains.check()),
			...(await gstreamer.check()),
		],
		async stop() {
			await Promise.all([chains.stop(), gstreamer.stop()]);
		},
	};
}
