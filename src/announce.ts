import type { CameraDevice } from "./camera-device.ts";
import type { DiscoveryDevice } from "./discovery/types.ts";
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
	devices: readonly CameraDevice[],
	options: AnnounceOptions,
	undo: Undo,
): Promise<void> {
	await announceByWsDiscovery(
		devices.filter(({ config }) => config.discovery.wsDiscovery),
		options,
		undo,
	);
	const byMdns = devices.filter(({ config }) => config.discovery.mdns);
	if (byMdns.length === 0) return;
	const { MdnsAnnouncer } = await import("./discovery/mdns.ts");
	for (const device of byMdns) {
		const { config, camera, ports } = device;
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
			...whereOf(device),
		});
		undo.add(() => announcer.stop());
		await announcer.start();
	}
}

async function announceByWsDiscovery(
	devices: readonly CameraDevice[],
	options: AnnounceOptions,
	undo: Undo,
): Promise<void> {
	if (devices.length === 0) return;
	const announced = devices.map((device) => ({
		camera: device.camera,
		as: discoveryDevice(device),
	}));
	const announcer = new WsDiscovery({
		devices: announced.map(({ as }) => as),
		...options,
	});
	undo.add(() => announcer.stop());
	await announcer.start();
	for (const { camera, as } of announced)
		camera.onChanged((changed) => {
			if (changed.has("configurableScopes") || changed.has("discoveryMode"))
				announcer.changed(as.identity);
		});
}

function discoveryDevice(device: CameraDevice): DiscoveryDevice {
	const { camera, ports, address } = device;
	const own = address?.includes(":") ? `[${address}]` : address;
	return {
		identity: {
			endpointReference: camera.identity.endpointReference,
			scopes: () => camera.scopes.map((scope) => scope.item),
			discoverable: () => camera.discoveryMode === "Discoverable",
			xaddr: (host) =>
				`http://${own ?? host}:${ports.http}${deviceService.path}`,
			metadataVersion: () => camera.revision,
		},
		...whereOf(device),
	};
}

/** Where the device is to be found: one with an interface of its own only there. */
function whereOf({
	config,
	address,
}: CameraDevice): Omit<DiscoveryDevice, "identity"> {
	const names =
		config.interface === null
			? config.discovery.interfaces
			: [config.interface];
	return {
		...(names.length > 0 ? { interfaces: names } : {}),
		...(address === undefined ? {} : { address }),
	};
}
