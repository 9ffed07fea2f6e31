import type { CameraDevice } from "./camera-device.ts";
import { WsDiscovery } from "./discovery/ws-discovery.ts";
import { deviceService } from "./onvif/device/service.ts";
import type { Clock } from "./system/clock.ts";
import type { Log } from "./system/log.ts";
import type { Network } from "./system/network-types.ts";
import type { Undo } from "./system/undo.ts";

export interface AnnounceOptions {
	readonly network: Network;
	readonly clock: Clock;
	readonly log: Log;
}

/** Last to start and first to stop: only what answers is announced. */
export async function announce(
	{ config, camera, ports }: CameraDevice,
	options: AnnounceOptions,
	undo: Undo,
): Promise<void> {
	const { interfaces: names, wsDiscovery, mdns } = config.discovery;
	const interfaces = names.length > 0 ? names : undefined;
	if (wsDiscovery) {
		const announcer = new WsDiscovery({
			identity: {
				endpointReference: camera.identity.endpointReference,
				scopes: () => camera.scopes.map((scope) => scope.item),
				discoverable: () => camera.discoveryMode === "Discoverable",
				xaddr: (host) => `http://${host}:${ports.http}${deviceService.path}`,
				metadataVersion: () => camera.revision,
			},
			...options,
			...(interfaces ? { interfaces } : {}),
		});
		undo.add(() => announcer.stop());
		await announcer.start();
		camera.onChanged((changed) => {
			if (changed.has("configurableScopes") || changed.has("discoveryMode"))
				announcer.changed();
		});
	}
	if (mdns) {
		const { MdnsAnnouncer } = await import("./discovery/mdns.ts");
		const announcer = new MdnsAnnouncer({
			name: config.name,
			// Of our own: avahi keeps the host's. The end of the endpoint reference tells cameras apart.
			host: `onvifd-${camera.identity.endpointReference.slice(-12)}`,
			services: [
				{
					type: "rtsp",
					port: ports.rtsp,
					txt: { path: `/${camera.profiles[0]?.token ?? ""}` },
				},
				{ type: "http", port: ports.http, txt: { path: deviceService.path } },
			],
			...options,
			...(interfaces ? { interfaces } : {}),
		});
		undo.add(() => announcer.stop());
		await announcer.start();
	}
}
