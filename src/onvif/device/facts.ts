import type {
	DeviceServiceCapabilities,
	SecurityCapabilities,
} from "../../soap/schema/generated/tds.ts";
import type { DeviceCapabilities } from "../../soap/schema/generated/tt.ts";
import type { Network } from "../../system/network-types.ts";
import type { Context } from "../context.ts";

/** Of the Core specification that the service follows. */
export const version = { Major: 26, Minor: 6 } as const;

/**
 * What the device service offers beyond the obligatory. GetServices, GetServiceCapabilities and
 * GetCapabilities all tell it from here, so that they agree (DEVICE-1-1-19, DEVICE-1-1-30).
 */
export function deviceCapabilities({
	network,
	users,
	ports,
}: Context): DeviceServiceCapabilities {
	const { maxUsers, maxNameLength, maxPasswordLength } = users.limits;
	return {
		Network: {
			IPFilter: false,
			// GetZeroConfiguration tells what is; there is no setting it.
			ZeroConfiguration: false,
			IPVersion6: hasIPv6(network),
			DynDNS: false,
			Dot11Configuration: false,
			HostnameFromDHCP: false,
		},
		Security: {
			"TLS1.0": false,
			"TLS1.1": false,
			"TLS1.2": ports.https !== undefined,
			OnboardKeyGeneration: false,
			AccessPolicyConfig: false,
			DefaultAccessPolicy: true,
			Dot1X: false,
			RemoteUserHandling: false,
			"X.509Token": false,
			SAMLToken: false,
			KerberosToken: false,
			UsernameToken: true,
			HttpDigest: true,
			RELToken: false,
			MaxUsers: maxUsers,
			MaxUserNameLength: maxNameLength,
			MaxPasswordLength: maxPasswordLength,
			HashingAlgorithms: ["MD5", "SHA-256"],
		},
		System: {
			DiscoveryResolve: true,
			DiscoveryBye: true,
			RemoteDiscovery: false,
			SystemBackup: false,
			SystemLogging: false,
			HttpFirmwareUpgrade: false,
			HttpSystemBackup: false,
			HttpSystemLogging: false,
			HttpSupportInformation: false,
			NetworkConfigNotSupported: true,
		},
	};
}

/** By network: a kernel has IPv6 (then the loopback has, too) or it has not, and a look costs more than the whole answer. */
const ipv6 = new WeakMap<Network, boolean>();

function hasIPv6(network: Network): boolean {
	const known = ipv6.get(network);
	if (known !== undefined) return known;
	const has = network
		.interfaces()
		.some((i) => i.addresses.some((a) => a.family === 6));
	ipv6.set(network, has);
	return has;
}

/** The same as `deviceCapabilities` in the words of GetCapabilities. */
export function legacyDeviceCapabilities(
	context: Context,
	xaddr: string,
): DeviceCapabilities {
	const { Network, Security, System } = deviceCapabilities(context);
	return {
		XAddr: xaddr,
		Network: {
			IPFilter: Network.IPFilter ?? false,
			ZeroConfiguration: Network.ZeroConfiguration ?? false,
			IPVersion6: Network.IPVersion6 ?? false,
			DynDNS: Network.DynDNS ?? false,
			Extension: { Dot11Configuration: Network.Dot11Configuration ?? false },
		},
		System: {
			DiscoveryResolve: System.DiscoveryResolve ?? false,
			DiscoveryBye: System.DiscoveryBye ?? false,
			RemoteDiscovery: System.RemoteDiscovery ?? false,
			SystemBackup: System.SystemBackup ?? false,
			SystemLogging: System.SystemLogging ?? false,
			FirmwareUpgrade: false,
			SupportedVersions: [version],
			Extension: {
				HttpFirmwareUpgrade: System.HttpFirmwareUpgrade ?? false,
				HttpSystemBackup: System.HttpSystemBackup ?? false,
				HttpSystemLogging: System.HttpSystemLogging ?? false,
				HttpSupportInformation: System.HttpSupportInformation ?? false,
			},
		},
		IO: { InputConnectors: 0, RelayOutputs: 0 },
		Security: legacySecurity(Security),
	};
}

function legacySecurity(
	Security: SecurityCapabilities,
): NonNullable<DeviceCapabilities["Security"]> {
	return {
		"TLS1.1": Security["TLS1.1"] ?? false,
		"TLS1.2": Security["TLS1.2"] ?? false,
		OnboardKeyGeneration: Security.OnboardKeyGeneration ?? false,
		AccessPolicyConfig: Security.AccessPolicyConfig ?? false,
		"X.509Token": Security["X.509Token"] ?? false,
		SAMLToken: Security.SAMLToken ?? false,
		KerberosToken: Security.KerberosToken ?? false,
		RELToken: Security.RELToken ?? false,
		Extension: {
			"TLS1.0": Security["TLS1.0"] ?? false,
			Extension: {
				Dot1X: Security.Dot1X ?? false,
				RemoteUserHandling: Security.RemoteUserHandling ?? false,
			},
		},
	};
}
