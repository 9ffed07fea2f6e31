import type { CameraDevice } from "./camera-device.ts";
import { mdnsHost } from "./discovery/mdns-host.ts";
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

/** Tells the network of cameras: last to start and first to stop, as only what answers is announced. */
export class Announcer {
	readonly #options: AnnounceOptions;
	readonly #undo: Undo;
	#wsDiscovery: Promise<WsDiscovery> | undefined;

	/** @param undo stops what the cameras have in common */
	constructor(options: AnnounceOptions, undo: Undo) {
		this.#options = options;
		this.#undo = undo;
	}

	/** Announces the camera until `undo` is run. */
	async add(device: CameraDevice, undo: Undo): Promise<void> {
		const { wsDiscovery, mdns } = device.config.discovery;
		if (wsDiscovery) await this.#addToWsDiscovery(device, undo);
		if (mdns) await this.#addToMdns(device, undo);
	}

	async #addToWsDiscovery(device: CameraDevice, undo: Undo): Promise<void> {
		this.#wsDiscovery ??= this.#startWsDiscovery();
		const common = await this.#wsDiscovery;
		const announced = discoveryDevice(device);
		undo.add(() => common.remove(announced.identity));
		await common.add(announced);
		device.camera.onChanged((changed) => {
			if (changed.has("configurableScopes") || changed.has("discoveryMode"))
				common.changed(announced.identity);
		});
	}

	/** One for all: see there. */
	async #startWsDiscovery(): Promise<WsDiscovery> {
		const started = new WsDiscovery({ devices: [], ...this.#options });
		this.#undo.add(() => started.stop());
		await started.start();
		return started;
	}

	async #addToMdns(device: CameraDevice, undo: Undo): Promise<void> {
		const { MdnsAnnouncer } = await import("./discovery/mdns.ts");
		const { config, camera, ports } = device;
		const announcer = new MdnsAnnouncer({
			name: config.name,
			host: mdnsHost(camera.identity.endpointReference),
			services: [
				{
					type: "rtsp",
					port: ports.rtsp,
					txt: { path: `/${camera.profiles[0]?.token ?? ""}` },
				},
				{ type: "http", port: ports.http, txt: { path: deviceService.path } },
			],
			...this.#options,
			...whereOf(device),
		});
		undo.add(() => announcer.stop());
		await announcer.start();
	}
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
			secureXaddr: (host) =>
				ports.https === undefined
					? undefined
					: `https://${own ?? host}:${ports.https}${deviceService.path}`,
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
