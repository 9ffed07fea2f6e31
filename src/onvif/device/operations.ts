import type { Context } from "../context.ts";
import type { DeviceOperations, OperationTable } from "../operation.ts";
import { GetCapabilities } from "./Capabilities.ts";
import { GetDeviceInformation } from "./DeviceInformation.ts";
import { GetDiscoveryMode, SetDiscoveryMode } from "./DiscoveryMode.ts";
import { GetDNS } from "./DNS.ts";
import { GetEndpointReference } from "./EndpointReference.ts";
import { GetHostname } from "./Hostname.ts";
import { GetNetworkDefaultGateway } from "./NetworkDefaultGateway.ts";
import { GetNetworkInterfaces } from "./NetworkInterfaces.ts";
import { GetNetworkProtocols } from "./NetworkProtocols.ts";
import { GetNTP } from "./NTP.ts";
import { AddScopes, GetScopes, RemoveScopes, SetScopes } from "./Scopes.ts";
import { GetServiceCapabilities } from "./ServiceCapabilities.ts";
import { GetServices } from "./Services.ts";
import { GetSystemDateAndTime } from "./SystemDateAndTime.ts";
import { SystemReboot } from "./SystemReboot.ts";
import { CreateUsers, DeleteUsers, GetUsers, SetUser } from "./Users.ts";
import { GetWsdlUrl } from "./WsdlUrl.ts";
import { GetZeroConfiguration } from "./ZeroConfiguration.ts";

/** What the device management service answers (Core spec, 8). */
export const operations = {
	AddScopes,
	CreateUsers,
	DeleteUsers,
	GetCapabilities,
	GetDeviceInformation,
	GetDiscoveryMode,
	GetDNS,
	GetEndpointReference,
	GetHostname,
	GetNetworkDefaultGateway,
	GetNetworkInterfaces,
	GetNetworkProtocols,
	GetNTP,
	GetScopes,
	GetServiceCapabilities,
	GetServices,
	GetSystemDateAndTime,
	GetUsers,
	GetWsdlUrl,
	GetZeroConfiguration,
	RemoveScopes,
	SetDiscoveryMode,
	SetScopes,
	SetUser,
	SystemReboot,
} satisfies OperationTable<DeviceOperations, Context>;
