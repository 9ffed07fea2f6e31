import type { Camera } from "./camera/camera.ts";
import type { CameraConfig } from "./config/load.ts";
import type { Hub } from "./media/hub.ts";
import type { Groups } from "./media/send/groups.ts";
import type { Audience } from "./outputs/audience.ts";
import { groupInterfaces } from "./outputs/multicast/interfaces.ts";
import { MulticastStreaming } from "./outputs/multicast/streaming.ts";
import type { Pushes } from "./outputs/push/pushes.ts";
import type { PushContext } from "./outputs/push/types.ts";
import type { Place } from "./place.ts";
import { portTrouble } from "./system/cannot-start.ts";
import type { Clock } from "./system/clock.ts";
import type { Log } from "./system/log.ts";
import type { Undo } from "./system/undo.ts";

export interface CameraOutputsOptions {
	readonly config: CameraConfig;
	readonly camera: Camera;
	readonly hub: Hub;
	readonly groups: Groups;
	readonly audience: Audience;
	readonly place: Place;
	readonly clock: Clock;
	readonly log: Log;
	readonly undo: Undo;
}

/** Starts what sends the camera's streams without login: to groups, to those of `push`, and at the ports of `rtpOverTcp`. */
export async function startOutputs(
	options: CameraOutputsOptions,
): Promise<{ readonly pushes: Pushes | undefined }> {
	const { config, camera, hub, groups, place, clock, log, undo } = options;
	const { network } = place;
	const context = { directory: hub, network, clock, log };
	await startRtpOverTcp(options);
	const streaming = new MulticastStreaming({
		camera,
		groups,
		track: (token) => {
			const stream = hub.get(token);
			return stream && { media: stream.media, stream };
		},
		interfaces: () =>
			groupInterfaces(network, place.address, config.multicast.interfaces),
		context,
	});
	undo.add(() => streaming.stop());
	const pushes = await pushesOf(config, context);
	undo.add(async () => pushes?.stop());
	pushes?.start();
	return { pushes };
}

/** Few have any. */
async function pushesOf(
	{ push }: CameraConfig,
	context: PushContext,
): Promise<Pushes | undefined> {
	if (push.length === 0) return undefined;
	const { Pushes } = await import("./outputs/push/pushes.ts");
	return new Pushes(push, context);
}

async function startRtpOverTcp({
	config,
	hub,
	audience,
	clock,
	log,
	undo,
}: CameraOutputsOptions): Promise<void> {
	if (config.rtpOverTcp.length === 0) return;
	const { RtpOverTcpServer } = await import("./outputs/rtp-over-tcp/server.ts");
	for (const [index, entry] of config.rtpOverTcp.entries()) {
		const server = new RtpOverTcpServer(entry, {
			directory: hub,
			audience,
			clock,
			log,
		});
		undo.add(() => server.close());
		await server.listen().catch((error: unknown) => {
			const key = `${config.prefix}rtpOverTcp[${index}]`;
			throw portTrouble("RTP over TCP", key, entry.port, error);
		});
	}
}
