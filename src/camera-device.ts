import type { Camera } from "./camera/camera.ts";
import { loadIdentity } from "./camera/identity.ts";
import { openCamera } from "./camera/open.ts";
import { defaultEncoderLimits } from "./camera/settings.ts";
import { fileStore } from "./camera/store.ts";
import { videoSourceOf } from "./camera/video-source.ts";
import { startMedia } from "./camera-media.ts";
import { cameraOffer } from "./camera-offer.ts";
import { startOutputs } from "./camera-outputs.ts";
import type { CameraConfig } from "./config/load.ts";
import { createHttp, listenHttp } from "./http.ts";
import { videoOf } from "./media/hub.ts";
import { Groups } from "./media/send/groups.ts";
import type { Device, Ports } from "./onvif/context.ts";
import { services } from "./onvif/services.ts";
import { Audience } from "./outputs/audience.ts";
import { snapshotPath } from "./outputs/snapshot.ts";
import { missingInterfaces, placeOf } from "./place.ts";
import { RtspServer } from "./rtsp/server.ts";
import type { Shared } from "./shared.ts";
import { loadSchema } from "./soap/schema/schema.ts";
import { WSDL_PATH } from "./soap/wsdl.ts";
import { portTrouble } from "./system/cannot-start.ts";
import { hostFacts } from "./system/host-identity.ts";
import { hostReboot } from "./system/host-reboot.ts";
import { createLimitedLog } from "./system/limited-log.ts";
import type { Log } from "./system/log.ts";
import type { Undo } from "./system/undo.ts";

/** Time for the answer to reach the client that asked for the reboot. */
const restartDelayMs = 500;
/** Ready and created profiles together. */
const maximumProfiles = 24;

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

/** One ONVIF device that runs: a camera with its own servers. */
export interface CameraDevice {
	readonly config: CameraConfig;
	readonly camera: Camera;
	readonly ports: Ports;
	/** The one local address that it listens on; undefined for all. */
	readonly address: string | undefined;
	/** Looks whether the source and all elements are there, and logs what is missing. */
	check(): Promise<void>;
}

/** Builds one camera with its media and its servers and starts them; `undo` stops what was started. */
export async function startCameraDevice(
	config: CameraConfig,
	common: Shared,
	log: Log,
	undo: Undo,
): Promise<CameraDevice> {
	const place = placeOf(config, common.network);
	for (const line of missingInterfaces(config, common.network)) log.warn(line);
	const shared = { ...common, network: place.network };
	const { clock, network, users, auth } = shared;
	/** For what clients cause: a line that repeats itself comes once a minute. */
	const refusals = createLimitedLog(log, clock);
	// The tables load while GStreamer is asked what it has.
	const [camera, schema] = await Promise.all([
		openTheCamera(config, place.mac, shared, log),
		loadSchema(services.map((service) => service.prefix)),
	]);
	const { hub, engine } = await startMedia(config, camera, clock, log);
	undo.add(() => engine.stop());

	const groups = new Groups(clock);
	const rtsp = new RtspServer({
		directory: hub,
		auth: auth.rtsp,
		guesses: auth.guesses,
		// Who came and went is told each time; what was refused, once a minute.
		log: { ...refusals, info: log.info },
		clock,
		multicast: { groups, network },
	});
	undo.add(() => rtsp.close());
	const ports: Mutable<Ports> = {
		http: config.http.port,
		rtsp: config.rtsp.port,
		publicRtsp: config.rtsp.publicPort ?? undefined,
	};
	ports.rtsp = await rtsp
		.listen(ports.rtsp, place.rtspHost ?? undefined)
		.then(({ port }) => port)
		.catch((error: unknown) => {
			throw portTrouble("RTSP", `${config.prefix}rtsp`, ports.rtsp, error);
		});

	const audience = new Audience(clock);
	const { pushes } = await startOutputs({
		audience,
		config,
		camera,
		hub,
		groups,
		place,
		clock,
		log,
		undo,
	});

	const device: Device = {
		camera,
		users,
		network,
		clock,
		hostClock: shared.hostClock,
		ports,
		services,
		wsdlPath: `${WSDL_PATH}/device.wsdl`,
		snapshotPath,
		directUri: (profile, host) => {
			const video = videoOf(hub, profile);
			return video && engine.directUri?.(video.token, host);
		},
		requestKeyFrame: (profile) => videoOf(hub, profile)?.requestKeyFrame(),
		reboot: rebootOf(config, shared, log),
	};
	const http = await createHttp({
		device,
		schema,
		publicUrl: config.http.publicUrl,
		trustedProxies: config.http.trustedProxies,
		digest: auth.http,
		guesses: auth.guesses,
		access: auth.access,
		usernameToken: auth.usernameToken,
		snapshot: (profile) => {
			const video = videoOf(hub, profile);
			return video && engine.snapshot(video.token);
		},
		takeTunnel: (...half) => rtsp.takeTunnel(...half),
		takeStream: (...stream) => rtsp.takeStream(...stream),
		watch: {
			directory: hub,
			encoding: (profile) =>
				hub.find(profile) &&
				camera.videoEncoderConfiguration(
					camera.profile(profile)?.videoEncoderConfiguration,
				)?.encoding,
			hlsSecret: config.hls.secret,
		},
		pushes,
		audience,
		rtspViewers: () => rtsp.viewers,
		about: {
			name: config.name,
			location: config.location,
			version: shared.version,
			onvif: "/onvif/device_service",
			ports,
		},
		path: (stream) => engine.path(stream),
		log: refusals,
	});
	// Together: a connection of the one carries what the other sends.
	undo.add(() => Promise.all([rtsp.close(), http.close()]).then(() => {}));
	ports.http = await listenHttp(http, {
		port: ports.http,
		host: place.httpHost,
	}).catch((error: unknown) => {
		throw portTrouble("HTTP", `${config.prefix}http`, ports.http, error);
	});
	if (config.https.port !== null || config.rtsps.port !== null) {
		const { startTls } = await import("./camera-tls.ts");
		const servers = { http: http.server, rtsp };
		const certificates = await shared.certificates();
		Object.assign(
			ports,
			await startTls({
				config,
				place,
				certificates,
				servers,
				log: refusals,
				undo,
			}),
		);
	}
	return {
		config,
		camera,
		ports,
		address: place.address,
		check: async () => {
			for (const trouble of await engine.check()) log.error(trouble);
		},
	};
}

/** SystemReboot: the host where its owner wants that, else this service, which for its clients is the camera. */
function rebootOf(
	config: CameraConfig,
	{ restart }: Shared,
	log: Log,
): () => Promise<string> {
	// The host stops us in good order, and then we say Bye.
	if (config.device.reboot === "host")
		return hostReboot({ log, farewell: () => Promise.resolve() });
	return () => {
		setTimeout(restart, restartDelayMs);
		return Promise.resolve("The camera starts anew in a second.");
	};
}

async function openTheCamera(
	config: CameraConfig,
	mac: string | undefined,
	{ version, clock }: Shared,
	log: Log,
): Promise<Camera> {
	const { stateDir, device, profiles, talk, token } = config;
	const videoSource = videoSourceOf(profiles);
	const facts = hostFacts();
	// The host's serial number is that of one camera, not of several.
	const ofHost = token === undefined ? facts.serialNumber : undefined;
	const identity = await loadIdentity(
		stateDir,
		{
			...facts,
			serialNumber: device.serialNumber ?? ofHost,
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
			mac,
			identity,
			videoSource,
			...(await cameraOffer(config, videoSource)),
			audioOutput: talk !== undefined,
			limits: defaultEncoderLimits,
			maximumProfiles,
		},
		fileStore(stateDir, clock, log),
		log,
	);
}
