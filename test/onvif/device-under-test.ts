import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { userLimits } from "../../src/auth/user-rules.ts";
import { openUserStore } from "../../src/auth/user-store.ts";
import type { CameraSettings } from "../../src/camera/settings.ts";
import type { Context, Device } from "../../src/onvif/context.ts";
import { services } from "../../src/onvif/services.ts";
import { Fault } from "../../src/soap/fault.ts";
import type { RequestInfo } from "../../src/soap/operation.ts";
import type { Network } from "../../src/system/network-types.ts";
import { listeningLog, open, stateDir } from "../camera/helpers.ts";
import { prescribed, serviceNames } from "./operations-json.ts";

export const administrator = {
	name: "admin",
	password: "correct horse",
	level: "Administrator",
} as const;

/** Two interfaces beside the loopback; what each test needs is put in its place. */
export const network: Network = {
	interfaces: () => [
		{
			name: "lo",
			index: 1,
			mac: "00:00:00:00:00:00",
			mtu: 65_536,
			loopback: true,
			up: true,
			addresses: [{ address: "127.0.0.1", family: 4, prefixLength: 8 }],
		},
		{
			name: "eth0",
			index: 2,
			mac: "02:00:00:00:00:01",
			mtu: 1500,
			loopback: false,
			up: true,
			addresses: [
				{ address: "192.0.2.10", family: 4, prefixLength: 24 },
				{ address: "fe80::1", family: 6, prefixLength: 64 },
			],
		},
		{
			name: "wlan0",
			index: 3,
			mac: "02:00:00:00:00:02",
			mtu: undefined,
			loopback: false,
			up: true,
			addresses: [
				{ address: "198.51.100.7", family: 4, prefixLength: 16 },
				{ address: "169.254.9.9", family: 4, prefixLength: 16 },
			],
		},
	],
	hostname: () => "pinecube",
	defaultGateways: () => ["192.0.2.1", "fe80::ff%eth0"],
	dns: () => ({
		servers: ["192.0.2.53", "2001:db8::53"],
		searchDomains: ["example.org"],
		fromDhcp: true,
	}),
	ntp: () => ({ servers: ["pool.ntp.org", "192.0.2.123"], fromDhcp: false }),
	localAddressFor: async () => undefined,
};

export const request: RequestInfo = {
	remoteAddress: "192.0.2.99",
	localAddress: "192.0.2.10",
	localPort: 8080,
	protocol: "http",
	identity: administrator,
	path: "/onvif/device_service",
	log: listeningLog(),
};

/** A device with a camera and users of its own; `asked` fills with the tokens that key frames were asked of. */
export async function deviceUnderTest(
	t: TestContext,
	settings: Partial<CameraSettings> = {},
): Promise<Device & { readonly asked: string[] }> {
	const dir = await stateDir(t);
	const log = listeningLog();
	const users = await openUserStore({
		stateDir: dir,
		configured: [administrator],
		log,
	});
	const asked: string[] = [];
	return {
		asked,
		camera: await open(dir, settings, log),
		users: { ...users, limits: userLimits },
		network,
		clock: { now: () => Date.UTC(2026, 6, 1, 23, 30, 15), monotonic: () => 0 },
		hostClock: {
			timeZone: "CET-1CEST,M3.5.0,M10.5.0/3",
			utcOffset: () => 120,
			daylightSavings: () => true,
			source: "NTP",
		},
		ports: { http: 8080, rtsp: 8554 },
		services,
		wsdlPath: "/wsdl/",
		snapshotPath: (token) => `/snapshot/${token}`,
		requestKeyFrame: (token) => void asked.push(token),
		reboot: undefined,
	};
}

/** As the endpoint hands it to an operation. */
export async function contextUnderTest(
	t: TestContext,
	settings: Partial<CameraSettings> = {},
): Promise<Context & { readonly asked: string[] }> {
	return { ...(await deviceUnderTest(t, settings)), request };
}

/** Asserts that an operation (`trt:GetProfile`) was refused with a fault of these subcodes, and that the spec prescribes it there. */
export async function refused(
	operation: string,
	run: () => unknown,
	...subcodes: readonly string[]
): Promise<void> {
	await assert.rejects(
		async () => await run(),
		(error) => {
			assert(error instanceof Fault, String(error));
			assert.deepEqual(error.subcodes, subcodes);
			if (subcodes.length > 1) checkPrescribed(operation, error);
			return true;
		},
	);
}

function checkPrescribed(operation: string, { code, subcodes }: Fault): void {
	if (prescribed === undefined) return;
	const [prefix = "", name = ""] = operation.split(":");
	const faults = prescribed[serviceNames[prefix] ?? ""]?.[name]?.faults ?? [];
	const fault = [`env:${code}`, ...subcodes].join(" / ");
	assert(faults.includes(fault), `${operation} does not prescribe ${fault}`);
}
