import type { Identity } from "../auth/types.ts";
import type { UserRequest, UserResult } from "../auth/user-rules.ts";
import type { Camera } from "../camera/camera.ts";
import type { Token } from "../camera/types.ts";
import type { Service } from "../soap/operation.ts";
import type { Capabilities } from "../soap/schema/generated/tt.ts";
import type { Clock } from "../system/clock.ts";
import type { HostClock } from "../system/host-clock.ts";
import type { Network } from "../system/network-types.ts";
import type {
	DeviceOperations,
	MediaOperations,
	Operation,
	RequestInfo,
} from "./operation.ts";

/** What the device management operations need of the user store. */
export interface Users {
	list(): readonly Identity[];
	create(users: readonly UserRequest[]): Promise<UserResult>;
	delete(usernames: readonly string[]): Promise<UserResult>;
	set(users: readonly UserRequest[]): Promise<UserResult>;
	readonly limits: {
		readonly maxUsers: number;
		readonly maxNameLength: number;
		readonly maxPasswordLength: number;
	};
}

/** Where the device listens; those over TLS where it does. */
export interface Ports {
	readonly http: number;
	readonly rtsp: number;
	readonly https?: number | undefined;
	readonly rtsps?: number | undefined;
	/** Where those find RTSP who came by the public URL, if not at `rtsp`. */
	readonly publicRtsp?: number | undefined;
}

/** What the operations work on: everything that stays from one request to the next. */
export interface Device {
	readonly camera: Camera;
	readonly users: Users;
	readonly network: Network;
	readonly clock: Clock;
	readonly hostClock: HostClock;
	readonly ports: Ports;
	/** The services that are served, this page's own among them. */
	readonly services: readonly OnvifService[];
	/** Path of the WSDL that is published. */
	readonly wsdlPath: string;
	/** Path of a profile's snapshot. */
	snapshotPath(profile: Token): string;
	/** Another server's address for a profile, login included, where the owner wants clients to go there. */
	readonly directUri?:
		| ((profile: Token, host: string) => string | undefined)
		| undefined;
	/** Asks the profile's encoder for a key frame; nothing happens while it sleeps. */
	requestKeyFrame(profile: Token): void;
	/** Answers words for the client and then reboots the host; undefined where the owner does not allow it. */
	readonly reboot: (() => Promise<string>) | undefined;
}

/** What an operation gets beside its request. */
export interface Context extends Device {
	readonly request: RequestInfo;
}

/** A service that GetServices and GetCapabilities can tell of. */
export interface OnvifService extends Service<Context> {
	/** What its GetServiceCapabilities answers. */
	capabilities(context: Context): object;
	/** Its place in GetCapabilities, if it has one there. */
	readonly legacy?: {
		readonly category: "Device" | "Media" | "Events" | "Imaging" | "PTZ";
		/** The same facts in the older operation's words. */
		capabilities(context: Context, xaddr: string): Capabilities;
	};
}

/** Named one by one: for each request V8 would take a spread apart anew, in more time than all else before `run`. */
export const contextOf = (device: Device, request: RequestInfo): Context => ({
	camera: device.camera,
	users: device.users,
	network: device.network,
	clock: device.clock,
	hostClock: device.hostClock,
	ports: device.ports,
	services: device.services,
	wsdlPath: device.wsdlPath,
	snapshotPath: device.snapshotPath,
	directUri: device.directUri,
	requestKeyFrame: device.requestKeyFrame,
	reboot: device.reboot,
	request,
});

/** The device management operation of that name. */
export type DeviceOperation<Name extends keyof DeviceOperations> = Operation<
	DeviceOperations[Name]["request"],
	DeviceOperations[Name]["response"],
	Context
>;

/** The media (ver10) operation of that name. */
export type MediaOperation<Name extends keyof MediaOperations> = Operation<
	MediaOperations[Name]["request"],
	MediaOperations[Name]["response"],
	Context
>;
