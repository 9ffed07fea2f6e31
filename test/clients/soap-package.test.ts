import assert from "node:assert/strict";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { until } from "../helpers/media.ts";
import { probe } from "../helpers/probe.ts";
import { receivedMessages } from "../helpers/received.ts";
import {
	administrator,
	type RunningService,
	startService,
} from "../helpers/service.ts";
import { RtspClient } from "../rtsp/rtsp-client.ts";
import { type ClientOptions, SoapPackageClient } from "./soap-package.ts";

const messages = receivedMessages();
const folder = path.join(import.meta.dirname, "../../wsdl");

type Client = SoapPackageClient;
type Login = NonNullable<ClientOptions["login"]>;

/** Of each way to the WSDL and each way to log in. */
const ways: readonly {
	readonly wsdl: "file" | "served";
	readonly login: Login;
}[] = [
	{ wsdl: "file", login: { ...administrator, way: "WS-Security" } },
	{ wsdl: "served", login: { ...administrator, way: "WS-Security" } },
	{
		wsdl: "file",
		login: { ...administrator, way: "Digest", algorithm: "SHA-256" },
	},
	{
		wsdl: "served",
		login: { ...administrator, way: "Digest", algorithm: "MD5" },
	},
];

/** The one in a list of tokens' owners. */
function byToken(list: unknown, token: string): Record<string, unknown> {
	assert.ok(Array.isArray(list));
	const found = list.find((one) => one.attributes.token === token);
	assert.ok(found, `${token} in ${JSON.stringify(list)}`);
	return found;
}

const tokens = (list: unknown): string[] =>
	Array.isArray(list) ? list.map((one) => one.attributes.token) : [];

describe("npm soap", () => {
	let service: RunningService;
	before(async () => {
		service = await startService();
	});
	after(() => service.remove());

	async function clientOf(
		name: "device" | "media",
		{ wsdl, login }: { wsdl: string; login?: Login },
	): Promise<Client> {
		const served = wsdl === "served";
		return SoapPackageClient.create({
			wsdl: served
				? `${service.url}/onvif/wsdl/${name}.wsdl`
				: path.join(folder, `${name}.wsdl`),
			...(served ? {} : { endpoint: `${service.url}/onvif/${name}_service` }),
			...(login ? { login } : {}),
			messages,
		});
	}

	for (const wsdl of ["file", "served"])
		test(`nobody in particular may ask every PRE_AUTH operation (WSDL: ${wsdl})`, async () => {
			const device = await clientOf("device", { wsdl });
			const media = await clientOf("media", { wsdl });
			const { Service } = await device.call("GetServices", {
				IncludeCapability: true,
			});
			assert.ok(Array.isArray(Service));
			assert.deepEqual(
				Service.map(({ XAddr }) => XAddr),
				[
					`${service.url}/onvif/device_service`,
					`${service.url}/onvif/media_service`,
				],
			);
			const { Capabilities } = await device.call("GetCapabilities", {
				Category: ["All"],
			});
			assert.ok(JSON.stringify(Capabilities).includes(service.url));
			assert.ok((await device.call("GetServiceCapabilities")).Capabilities);
			assert.ok((await media.call("GetServiceCapabilities")).Capabilities);
			const { SystemDateAndTime } = await device.call("GetSystemDateAndTime");
			assert.ok(SystemDateAndTime);
			assert.ok((await device.call("GetHostname")).HostnameInformation);
			assert.match(
				String((await device.call("GetEndpointReference")).GUID),
				/^urn:uuid:/,
			);
			assert.equal(
				(await device.call("GetWsdlUrl")).WsdlUrl,
				`${service.url}/onvif/wsdl/device.wsdl`,
			);
			await assert.rejects(
				device.call("GetUsers"),
				/Sender not Authorized|401/,
			);
		});

	for (const way of ways)
		describe(`with ${way.login.way} ${way.login.algorithm ?? ""} (WSDL: ${way.wsdl})`, () => {
			let device: Client;
			let media: Client;
			before(async () => {
				device = await clientOf("device", way);
				media = await clientOf("media", way);
			});

			test("creates and deletes a profile", async () => {
				const ready = ["main", "sub", "jpeg"];
				const list = async () =>
					tokens((await media.call("GetProfiles")).Profiles);
				assert.deepEqual(await list(), ready);
				const { Profile } = await media.call("CreateProfile", {
					Name: "Of the test",
					Token: "test",
				});
				assert.ok(Profile);
				assert.deepEqual(await list(), [...ready, "test"]);
				await media.call("DeleteProfile", { ProfileToken: "test" });
				assert.deepEqual(await list(), ready);
				await assert.rejects(
					media.call("DeleteProfile", { ProfileToken: "test" }),
					/does not exist|no profile|ter:NoProfile/i,
				);
			});

			test("manages users", async () => {
				const list = async () => (await device.call("GetUsers")).User;
				const admin = { Username: "admin", UserLevel: "Administrator" };
				await device.call("CreateUsers", {
					User: [
						{
							Username: "watcher",
							Password: "look & <see> 1",
							UserLevel: "User",
						},
					],
				});
				assert.deepEqual(await list(), [
					admin,
					{ Username: "watcher", UserLevel: "User" },
				]);
				const login = {
					...way.login,
					name: "watcher",
					password: "look & <see> 1",
				};
				const watcher = await clientOf("device", { ...way, login });
				assert.ok((await watcher.call("GetDeviceInformation")).Model);
				await assert.rejects(watcher.call("GetUsers"), /Not ?Authorized/i);
				const changed = { Username: "watcher", UserLevel: "Operator" };
				// Core spec, SetUser: without a password it would be cleared.
				await assert.rejects(
					device.call("SetUser", { User: [changed] }),
					/fewer than 8 characters/,
				);
				const user = {
					Username: "watcher",
					Password: "look & <see> 1",
					UserLevel: "Operator",
				};
				await device.call("SetUser", { User: [user] });
				assert.deepEqual(await list(), [admin, changed]);
				await device.call("DeleteUsers", { Username: ["watcher"] });
				await assert.rejects(
					watcher.call("GetDeviceInformation"),
					/Not ?Authorized|401/i,
				);
			});

			test("sets, adds and removes scopes", async () => {
				const own = async () => {
					const { Scopes } = await device.call("GetScopes");
					assert.ok(Array.isArray(Scopes));
					return Scopes.filter(
						({ ScopeDef }) => ScopeDef === "Configurable",
					).map(({ ScopeItem }) => ScopeItem);
				};
				const before = await own();
				const [first, second] = ["1", "2"].map(
					(n) => `onvif://www.onvif.org/location/floor/${n}`,
				);
				await device.call("SetScopes", { Scopes: [first] });
				assert.deepEqual(await own(), [first]);
				await device.call("AddScopes", { ScopeItem: [second] });
				assert.deepEqual(await own(), [first, second]);
				await device.call("RemoveScopes", { ScopeItem: [first] });
				assert.deepEqual(await own(), [second]);
				await device.call("SetScopes", { Scopes: before });
				assert.deepEqual(await own(), before);
			});
		});

	test("changes an encoder: new viewers get the new size, and who watches goes on watching", async (t) => {
		const media = await clientOf("media", {
			wsdl: "served",
			login: { ...administrator, way: "Digest" },
		});
		const url = `rtsp://127.0.0.1:${service.rtsp}/sub`;
		const viewer = await RtspClient.connect(t, service.rtsp);
		viewer.login = {
			user: administrator.name,
			password: administrator.password,
		};
		await viewer.describe(url);
		await viewer.play(url);
		await until(() => viewer.packets.length > 10, "the viewer sees something");
		const { Profiles } = await media.call("GetProfiles");
		const sub = byToken(Profiles, "sub").VideoEncoderConfiguration;
		assert.ok(typeof sub === "object" && sub !== null);
		await media.call("SetVideoEncoderConfiguration", {
			Configuration: { ...sub, Resolution: { Width: 320, Height: 180 } },
			ForcePersistence: true,
		});
		const stream = await probe([
			"-rtsp_transport",
			"tcp",
			`${service.rtspUrl}/sub`,
		]);
		assert.deepEqual([stream.width, stream.height], [320, 180]);
		const seen = viewer.packets.length;
		await until(
			() => viewer.packets.length > seen + 10,
			"the viewer goes on seeing",
		);
		assert.equal(viewer.closed, false);
		const still = await viewer.request("OPTIONS", url);
		assert.equal(still.status, 200);
	});
});

test("requests and answers are as the schemas have them", (t) =>
	messages.validate(t));
