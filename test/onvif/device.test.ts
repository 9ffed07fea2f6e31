import assert from "node:assert/strict";
import { test } from "node:test";
import { operations as tds } from "../../src/onvif/device/operations.ts";
import { contextUnderTest, network, refused } from "./device-under-test.ts";

test("GetServices, GetServiceCapabilities and GetCapabilities agree", async (t) => {
	const context = await contextUnderTest(t);
	const { Service } = await tds.GetServices.run(
		{ IncludeCapability: true },
		context,
	);
	assert.deepEqual(
		Service.map((s) => [s.Namespace, s.XAddr]),
		[
			[
				"http://www.onvif.org/ver10/device/wsdl",
				"http://192.0.2.10:8080/onvif/device_service",
			],
			[
				"http://www.onvif.org/ver10/media/wsdl",
				"http://192.0.2.10:8080/onvif/media_service",
			],
		],
	);
	const { Capabilities: own } = await tds.GetServiceCapabilities.run(
		{},
		context,
	);
	assert.deepEqual(Service[0]?.Capabilities?.$any, [
		{ element: "tds:Capabilities", value: own },
	]);
	const { Capabilities: legacy } = await tds.GetCapabilities.run({}, context);
	assert.equal(legacy.Device?.XAddr, Service[0]?.XAddr);
	assert.equal(legacy.Media?.XAddr, Service[1]?.XAddr);
	assert.equal(legacy.Device?.Network?.IPVersion6, own.Network.IPVersion6);
	assert.equal(own.Network.IPVersion6, true);
	assert.equal(legacy.Device?.System?.DiscoveryBye, own.System.DiscoveryBye);
	const media = legacy.Media?.Extension?.ProfileCapabilities;
	assert.equal(media?.MaximumNumberOfProfiles, 5);
	const without = await tds.GetServices.run(
		{ IncludeCapability: false },
		context,
	);
	assert(without.Service.every((s) => s.Capabilities === undefined));
});

test("GetCapabilities gives what was asked for, or says that it is not there", async (t) => {
	const context = await contextUnderTest(t);
	const ask = (...Category: ("All" | "Media" | "Device" | "PTZ")[]) =>
		tds.GetCapabilities.run({ Category }, context);
	const keys = async (...args: Parameters<typeof ask>) =>
		Object.keys((await ask(...args)).Capabilities);
	assert.deepEqual(await keys("All"), ["Device", "Media"]);
	assert.deepEqual(await keys(), ["Device", "Media"]);
	assert.deepEqual(await keys("Media"), ["Media"]);
	assert.deepEqual(await keys("Media", "Device"), ["Device", "Media"]);
	await refused(
		"tds:GetCapabilities",
		() => ask("Device", "PTZ"),
		"ter:ActionNotSupported",
		"ter:NoSuchService",
	);
});

test("addresses stand on the one that the client reached", async (t) => {
	const context = await contextUnderTest(t);
	const asked = {
		...context,
		request: {
			...context.request,
			localAddress: "[2001:db8::1]",
			localPort: 80,
		},
	};
	assert.deepEqual(await tds.GetWsdlUrl.run({}, asked), {
		WsdlUrl: "http://[2001:db8::1]:80/wsdl/",
	});
});

test("the time is the host's, in UTC and local", async (t) => {
	const context = await contextUnderTest(t);
	assert.deepEqual(await tds.GetSystemDateAndTime.run({}, context), {
		SystemDateAndTime: {
			DateTimeType: "NTP",
			DaylightSavings: true,
			TimeZone: { TZ: "CET-1CEST,M3.5.0,M10.5.0/3" },
			UTCDateTime: {
				Time: { Hour: 23, Minute: 30, Second: 15 },
				Date: { Year: 2026, Month: 7, Day: 1 },
			},
			LocalDateTime: {
				Time: { Hour: 1, Minute: 30, Second: 15 },
				Date: { Year: 2026, Month: 7, Day: 2 },
			},
		},
	});
});

test("scopes are listed, set, added and removed", async (t) => {
	const context = await contextUnderTest(t);
	const item = "onvif://www.onvif.org/location/yard";
	await tds.SetScopes.run({ Scopes: [] }, context);
	await tds.AddScopes.run({ ScopeItem: [item] }, context);
	const { Scopes } = await tds.GetScopes.run({}, context);
	assert.deepEqual(Scopes.at(-1), {
		ScopeDef: "Configurable",
		ScopeItem: item,
	});
	assert.equal(Scopes[0]?.ScopeDef, "Fixed");
	assert.deepEqual(await tds.RemoveScopes.run({ ScopeItem: [item] }, context), {
		ScopeItem: [item],
	});
	const remove = (scope = item) =>
		tds.RemoveScopes.run({ ScopeItem: [scope] }, context);
	await refused(
		"tds:RemoveScopes",
		() => remove(),
		"ter:InvalidArgVal",
		"ter:NoScope",
	);
	await refused(
		"tds:RemoveScopes",
		() => remove(Scopes[0]?.ScopeItem),
		"ter:OperationProhibited",
		"ter:FixedScope",
	);
	const many = Array.from({ length: 17 }, (_, n) => `a:${n}`);
	await refused(
		"tds:SetScopes",
		() => tds.SetScopes.run({ Scopes: many }, context),
		"ter:Action",
		"ter:TooManyScopes",
	);
	await refused(
		"tds:AddScopes",
		() => tds.AddScopes.run({ ScopeItem: ["no uri"] }, context),
		"ter:InvalidArgVal",
	);
});

test("the discovery mode can be changed", async (t) => {
	const context = await contextUnderTest(t);
	await tds.SetDiscoveryMode.run({ DiscoveryMode: "NonDiscoverable" }, context);
	assert.deepEqual(await tds.GetDiscoveryMode.run({}, context), {
		DiscoveryMode: "NonDiscoverable",
	});
});

test("interfaces: the client's first, the loopback left out", async (t) => {
	const context = await contextUnderTest(t);
	const ask = async (localAddress: string) => {
		const { NetworkInterfaces } = await tds.GetNetworkInterfaces.run(
			{},
			{ ...context, request: { ...context.request, localAddress } },
		);
		return NetworkInterfaces;
	};
	assert.deepEqual(
		(await ask("198.51.100.7")).map((i) => i.token),
		["wlan0", "eth0"],
	);
	const [wlan] = await ask("198.51.100.7");
	assert.deepEqual(wlan, {
		token: "wlan0",
		Enabled: true,
		Info: { Name: "wlan0", HwAddress: "02:00:00:00:00:02" },
		IPv4: {
			Enabled: true,
			Config: {
				Manual: [{ Address: "198.51.100.7", PrefixLength: 16 }],
				LinkLocal: { Address: "169.254.9.9", PrefixLength: 16 },
				DHCP: false,
			},
		},
		IPv6: {
			Enabled: false,
			Config: { DHCP: "Off", Manual: [], LinkLocal: [] },
		},
	});
	const [eth] = await ask("[fe80::1]");
	assert.equal(eth?.token, "eth0");
	assert.equal(eth?.Info?.MTU, 1500);
	const alone = {
		...context,
		network: {
			...network,
			interfaces: () => network.interfaces().filter((i) => i.loopback),
		},
	};
	const only = await tds.GetNetworkInterfaces.run({}, alone);
	assert.deepEqual(
		only.NetworkInterfaces.map((i) => i.token),
		["lo"],
	);
});

test("names, servers, gateways and ports are the host's", async (t) => {
	const context = await contextUnderTest(t);
	assert.deepEqual(await tds.GetHostname.run({}, context), {
		HostnameInformation: { FromDHCP: false, Name: "pinecube" },
	});
	assert.deepEqual(await tds.GetDNS.run({}, context), {
		DNSInformation: {
			FromDHCP: true,
			SearchDomain: ["example.org"],
			DNSFromDHCP: [
				{ Type: "IPv4", IPv4Address: "192.0.2.53" },
				{ Type: "IPv6", IPv6Address: "2001:db8::53" },
			],
		},
	});
	assert.deepEqual(await tds.GetNTP.run({}, context), {
		NTPInformation: {
			FromDHCP: false,
			NTPManual: [
				{ Type: "DNS", DNSname: "pool.ntp.org" },
				{ Type: "IPv4", IPv4Address: "192.0.2.123" },
			],
		},
	});
	assert.deepEqual(await tds.GetNetworkDefaultGateway.run({}, context), {
		NetworkGateway: { IPv4Address: ["192.0.2.1"], IPv6Address: ["fe80::ff"] },
	});
	assert.deepEqual(await tds.GetZeroConfiguration.run({}, context), {
		ZeroConfiguration: {
			InterfaceToken: "wlan0",
			Enabled: true,
			Addresses: ["169.254.9.9"],
		},
	});
	const { NetworkProtocols } = await tds.GetNetworkProtocols.run({}, context);
	assert.deepEqual(
		NetworkProtocols?.map((p) => [p.Name, p.Enabled, p.Port]),
		[
			["HTTP", true, [8080]],
			["RTSP", true, [8554]],
		],
	);
});

test("a reboot needs the owner's leave", async (t) => {
	const context = await contextUnderTest(t);
	await refused(
		"tds:SystemReboot",
		() => tds.SystemReboot.run({}, context),
		"ter:OperationProhibited",
	);
	const reboot = async () => "Rebooting in 2 seconds";
	assert.deepEqual(await tds.SystemReboot.run({}, { ...context, reboot }), {
		Message: "Rebooting in 2 seconds",
	});
});
