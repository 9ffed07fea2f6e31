import { createDigestAuth } from "./auth/digest.ts";
import { userLimits } from "./auth/user-rules.ts";
import { openUserStore, type UserStore } from "./auth/user-store.ts";
import { createUsernameTokenAuth } from "./auth/username-token.ts";
import type { Camera } from "./camera/camera.ts";
import { loadIdentity } from "./camera/identity.ts";
import { openCamera } from "./camera/open.ts";
import { defaultEncoderLimits } from "./camera/settings.ts";
import { fileStore } from "./camera/store.ts";
import { videoSourceOf } from "./camera/video-source.ts";
import type { Config } from "./config/load.ts";
import { WsDiscovery } from "./discovery/ws-discovery.ts";
import { createHttp, listenHttp } from "./http.ts";
import { GstreamerEngine } from "./media/gstreamer/engine.ts";
import { v4l2Device } from "./media/gstreamer/v4l2-device.ts";
import { Hub } from "./media/hub.ts";
import type { Device } from "./onvif/context.ts";
import { deviceService } from "./onvif/device/service.ts";
import { services } from "./onvif/services.ts";
import { snapshotPath } from "./outputs/snapshot.ts";
import { RtspServer } from "./rtsp/server.ts";
import { WSDL_PATH } from "./soap/wsdl.ts";
import { portTrouble, requirePrograms } from "./system/cannot-start.ts";
import { type Clock, systemClock } from "./system/clock.ts";
import { hostClock } from "./system/host-clock.ts";
import { hostFacts } from "./system/host-identity.ts";
import { hostReboot } from "./system/host-reboot.ts";
import { createLimitedLog } from "./system/limited-log.ts";
import type { Log } from "./system/log.ts";
import { createNetwork } from "./system/network.ts";
import type { Network } from "./system/network-types.ts";
import { Undo } from "./system/undo.ts";

const realm = "onvifd";
/** Time for the answer to reach the client that asked for the reboot. */
const restartDelayMs = 500;
/** Ready and created profiles together. */
const maximumProfiles = 24;

export interface AppOptions {
	readonly config: Config;
	readonly version: string;
	readonly log: Log;
	/** SystemReboot was asked for and the host is not to be rebooted: start the service anew. */
	readonly restart: () => void;
}

export interface App {
	readonly camera: Camera;
	readonly users: UserStore;
	readonly network: Network;
	readonly ports: { readonly http: number; readonly rtsp: number };
	/** Bye first, then everything in the reverse order of its start. */
	stop(): Promise<void>;
}

/** Builds the camera out of its parts and starts them; rejects, with all undone, when one cannot start. */
export async function startApp(options: AppOptions): Promise<App> {
	const undo = new Undo(options.log);
	try {
		return await build(options, undo);
	} catch (error) {
		await undo.run();
		throw error;
	}
}

async function build(options: AppOptions, undo: Undo): Promise<App> {
	const { config, log } = options;
	const clock = systemClock;
	/** For what clients cause: a line that repeats itself comes once a minute. */
	const refusals = createLimitedLog(log, clock);
	requirePrograms();
	const network = createNetwork();
	const users = await openUserStore({
		stateDir: config.stateDir,
		configured: config.users,
		log,
	});
	const camera = await openTheCamera(options, clock, network);
	const { hub, engine } = startMedia(config, camera, clock, log);
	undo.add(() => engine.stop());

	const rtsp = new RtspServer({
		directory: hub,
		auth: createDigestAuth({ realm, users, clock, protocol: "rtsp" }),
		log: refusals,
		clock,
	});
	undo.add(() => rtsp.close());
	const ports = { http: config.http.port, rtsp: config.rtsp.port };
	ports.rtsp = await rtsp
		.listen(ports.rtsp, config.rtsp.host ?? undefined)
		.then(({ port }) => port)
		.catch((error: unknown) => {
			throw portTrouble("RTSP", "rtsp", ports.rtsp, error);
		});

	const device: Device = {
		camera,
		users: { ...users, limits: userLimits },
		network,
		clock,
		hostClock: hostClock(clock),
		ports,
		services,
		wsdlPath: `${WSDL_PATH}/device.wsdl`,
		snapshotPath,
		requestKeyFrame: (profile) => hub.find(profile)?.stream.requestKeyFrame(),
		reboot: rebootOf(options),
	};
	const http = await createHttp({
		device,
		digest: createDigestAuth({ realm, users, clock }),
		simpleDigest: createDigestAuth({
			realm,
			users,
			clock,
			algorithms: ["MD5"],
		}),
		usernameToken: createUsernameTokenAuth({
			users,
			clock,
			allowPasswordText: config.auth.passwordText,
			createdWindowMs: config.auth.clockSkewSeconds * 1000,
		}),
		snapshot: (profile) => {
			const found = hub.find(profile);
			return found && engine.snapshot(found.stream.token);
		},
		log: refusals,
	});
	undo.add(() => http.close());
	ports.http = await listenHttp(http, config.http).catch((error: unknown) => {
		throw portTrouble("HTTP", "http", ports.http, error);
	});

	await startDiscovery(options, { camera, network, clock, ports }, undo);
	void engine.check().then((troubles) => {
		for (const trouble of troubles) log.error(trouble);
	});
	return { camera, users, network, ports, stop: () => undo.run() };
}

/** SystemReboot: the host where its owner wants that, else this service, which for its clients is the camera. */
function rebootOf({ config, log, restart }: AppOptions): () => Promise<string> {
	// The host stops us in good order, and then we say Bye.
	if (config.device.reboot === "host")
		return hostReboot({ log, farewell: () => Promise.resolve() });
	return () => {
		setTimeout(restart, restartDelayMs);
		return Promise.resolve("The camera starts anew in a second.");
	};
}

async function openTheCamera(
	{ config, version, log }: AppOptions,
	clock: Clock,
	network: Network,
): Promise<Camera> {
	const { stateDir, device, profiles } = config;
	const facts = hostFacts();
	const identity = await loadIdentity(
		stateDir,
		{
			...facts,
			serialNumber: device.serialNumber ?? facts.serialNumber,
			hardwareId: device.hardwareId ?? facts.hardwareId,
		},
		{
			manufacturer: device.manufacturer ?? "onvifd",
			model: device.model ?? "onvifd",
			firmwareVersion: version,
		},
	);
	return openCamera(
		{
			name: config.name,
			location: config.location || undefined,
			discoveryMode: config.discovery.mode,
			mac: network.interfaces().find((one) => one.up && !one.loopback)?.mac,
			identity,
			videoSource: videoSourceOf(profiles),
			profiles,
			limits: defaultEncoderLimits,
			maximumProfiles,
		},
		fileStore(stateDir, clock, log),
		log,
	);
}

function startMedia(config: Config, camera: Camera, clock: Clock, log: Log) {
	const hub = new Hub((token) => {
		const profile = camera.profile(token);
		const encoder = camera.videoEncoderConfiguration(
			profile?.videoEncoderConfiguration,
		);
		if (!profile?.videoSourceConfiguration || !encoder) return undefined;
		return {
			name: profile.name,
			sessionTimeout: encoder.sessionTimeout,
			streamToken: encoder.token,
		};
	});
	const engine = new GstreamerEngine({ hub, device: v4l2Device, clock, log });
	const { width, height, frameRate } = camera.videoSource;
	const apply = () =>
		engine.apply({
			capture: { source: config.source, width, height, frameRate },
			streams: camera.encoderConfigurationsInUse.map((encoder) => ({
				token: encoder.token,
				encoder,
			})),
		});
	apply();
	camera.onChanged(apply);
	return { hub, engine };
}

interface Announced {
	readonly camera: Camera;
	readonly network: Network;
	readonly clock: Clock;
	readonly ports: { readonly http: number; readonly rtsp: number };
}

/** Last to start and first to stop: only what answers is announced. */
async function startDiscovery(
	{ config, log }: AppOptions,
	{ camera, network, clock, ports }: Announced,
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
			network,
			clock,
			log,
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
			network,
			clock,
			log,
			...(interfaces ? { interfaces } : {}),
		});
		undo.add(() => announcer.stop());
		await announcer.start();
	}
}
