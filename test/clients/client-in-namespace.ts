// Run inside a network namespace: finds the camera there with one client, logs in, and prints what it was told.
import onvif, { Cam } from "onvif";
import { foundAtLeast } from "../discovery/found.ts";
import { receivedMessages } from "../helpers/received.ts";
import { administrator } from "../helpers/service.ts";
import nodeOnvif, { snapshotOf } from "./patient-node-onvif.ts";

/** What a client made of the camera it found. */
export interface FoundCamera {
	/** Of each camera that answered the probe. */
	readonly xaddrs: readonly (readonly string[])[];
	readonly profiles: readonly string[];
	readonly streamUri: string;
	readonly snapshotUri: string;
	/** SOAP answers on the way. */
	readonly messages: readonly string[];
}

/** `client count`: how many cameras there are. */
const [client, cameraCount] = process.argv.slice(2);
const count = Number(cameraCount);
const messages = receivedMessages();

/** The client's callbacks as a promise. */
function asked<Answer>(
	ask: (done: (error: unknown, answer?: Answer) => void) => void,
): Promise<Answer> {
	return new Promise((resolve, reject) =>
		ask((error, answer) =>
			error || answer === undefined
				? reject(new Error(`npm onvif: ${error ?? "no answer"}`))
				: resolve(answer),
		),
	);
}

async function withNpmOnvif(): Promise<Omit<FoundCamera, "messages">> {
	const cameras = await foundAtLeast(count, () =>
		asked<(Cam | object)[]>((done) =>
			onvif.Discovery.probe({ timeout: 1500 }, done),
		),
	);
	const [camera] = cameras;
	if (!(camera instanceof Cam)) throw new Error("npm onvif found no camera");
	camera.username = administrator.name;
	camera.password = administrator.password;
	await asked((done) => camera.connect((error) => done(error, true)));
	const profiles = await asked<{ $: { token: string } }[]>((done) =>
		camera.getProfiles(done),
	);
	const profileToken = profiles[0]?.$.token ?? "";
	const stream = await asked<{ uri: string }>((done) =>
		camera.getStreamUri({ protocol: "RTSP", profileToken }, done),
	);
	const snapshot = await asked<{ uri: string }>((done) =>
		camera.getSnapshotUri({ profileToken }, done),
	);
	return {
		xaddrs: cameras.map((one) =>
			one instanceof Cam ? (one.xaddrs ?? []).map(String) : [],
		),
		profiles: profiles.map(({ $ }) => $.token),
		streamUri: stream.uri,
		snapshotUri: snapshot.uri,
	};
}

async function withNodeOnvif(): Promise<Omit<FoundCamera, "messages">> {
	const found = await foundAtLeast(count, () => nodeOnvif.startProbe());
	const device = new nodeOnvif.OnvifDevice({
		xaddr: found[0]?.xaddrs[0] ?? "",
		user: administrator.name,
		pass: administrator.password,
	});
	await device.init();
	const profiles = device.getProfileList();
	const { body } = await snapshotOf(device);
	if (body.readUInt16BE(0) !== 0xffd8) throw new Error("no JPEG");
	return {
		xaddrs: found.map(({ xaddrs }) => xaddrs),
		profiles: profiles.map(({ token }) => token),
		streamUri: profiles[0]?.stream.rtsp ?? "",
		snapshotUri: profiles[0]?.snapshot ?? "",
	};
}

const found = await (client === "node-onvif"
	? withNodeOnvif()
	: withNpmOnvif());
const camera: FoundCamera = { ...found, messages: [...messages.texts] };
process.stdout.write(JSON.stringify(camera));
process.exit();
