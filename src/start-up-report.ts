import type { App } from "./app.ts";
import type { CameraDevice } from "./camera-device.ts";
import type { Config } from "./config/load.ts";
import { isWildcard } from "./place.ts";
import type { Network } from "./system/network-types.ts";

/** What a person needs to open the camera: printed once it listens. */
export function startUpReport(
	app: App,
	config: Config,
	version: string,
): string {
	const [one] = app.devices;
	const several = app.devices.length > 1;
	const lines = [
		`onvifd ${version}: ${several ? `${app.devices.length} cameras` : one?.config.name}`,
		...app.devices.flatMap((device) => [
			"",
			...(several ? [device.config.name] : []),
			...deviceLines(app, device),
		]),
		...(several ? [""] : []),
		...accountLines(app, config),
	];
	return `${lines.join("\n")}\n\n`;
}

function deviceLines({ network }: App, device: CameraDevice): string[] {
	const host = hostForPeople(network, device.address);
	const { ports } = device;
	const { publicUrl } = device.config.http;
	const http = `http://${host}:${ports.http}`;
	const rtspHost = hostForPeople(network, rtspAddress(device));
	return [
		`  page      ${http}/`,
		...(publicUrl === null
			? []
			: [`            ${publicUrl.replace(/\/$/, "")}/`]),
		...(ports.https === undefined
			? []
			: [`            https://${host}:${ports.https}/`]),
		`  ONVIF     ${http}/onvif/device_service`,
		...(ports.https === undefined
			? []
			: [`  TLS       https://${host}:${ports.https}/onvif/device_service`]),
		...device.camera.profiles
			.filter((profile) => profile.fixed)
			.flatMap((profile) =>
				profileLines(device, profile.token, rtspHost, http),
			),
	];
}

/** Behind a proxy HTTP may listen on loopback alone, and RTSP on all addresses. */
function rtspAddress({ address, config }: CameraDevice): string | undefined {
	const { host } = config.rtsp;
	if (config.interface !== null) return address;
	return isWildcard(host) ? undefined : (host ?? undefined);
}

function profileLines(
	{ camera, ports }: CameraDevice,
	token: string,
	host: string,
	http: string,
): string[] {
	const profile = camera.profile(token);
	const encoder = camera.videoEncoderConfiguration(
		profile?.videoEncoderConfiguration,
	);
	if (!encoder) return [];
	const what = `${encoder.encoding} ${encoder.width}x${encoder.height}, ${encoder.frameRate} fps`;
	return [
		`  ${token.padEnd(9)} rtsp://${host}:${ports.rtsp}/${encodeURIComponent(token)}   ${what}`,
		...(ports.rtsps === undefined
			? []
			: [
					`            rtsps://${host}:${ports.rtsps}/${encodeURIComponent(token)}`,
				]),
		`            ${http}/snapshot/${encodeURIComponent(token)}`,
	];
}

function accountLines(app: App, config: Config): string[] {
	const created = app.users.takeCreatedUser();
	if (!created)
		return [
			`  user      ${app.users
				.list()
				.map((user) => user.name)
				.join(", ")}`,
		];
	return [
		`  user      ${created.name}`,
		`  password  ${created.password}`,
		"",
		`  The password is shown this once and kept in ${config.usersDir}/users.json.`,
	];
}

/** The camera's one address, else the host's first one that others can reach. */
function hostForPeople(network: Network, address: string | undefined): string {
	if (address !== undefined)
		return address.includes(":") ? `[${address}]` : address;
	const addresses = network
		.interfaces()
		.filter((one) => one.up && !one.loopback)
		.flatMap((one) => one.addresses);
	return addresses.find((one) => one.family === 4)?.address ?? "127.0.0.1";
}
