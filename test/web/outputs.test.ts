import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { OutputsStatus } from "../../src/web/page/outputs-status.ts";
import { authorization } from "../helpers/digest.ts";
import { until } from "../helpers/media.ts";
import {
	freePort,
	freeUdpPorts,
	openUdp,
	ownAddress,
} from "../helpers/own-address.ts";
import {
	administrator,
	type RunningService,
	startService,
} from "../helpers/service.ts";
import { LiveClient } from "../outputs/live-client.ts";
import { MjpegClient } from "../outputs/mjpeg-client.ts";
import { RtspClient } from "../rtsp/rtsp-client.ts";
import { openTunnel } from "../rtsp/tunnel/tunnel-client.ts";

const small = { width: 64, height: 48 };
const secret = "0123456789abcdef-secret";

let service: RunningService;
before(async () => {
	service = await startService({
		config: {
			profiles: [
				{ token: "main", encoding: "H264", ...small },
				{ token: "jpeg", encoding: "JPEG", ...small },
			],
			hls: { secret },
			push: [
				{
					profile: "main",
					url: `rtmp://${ownAddress}:${await freePort()}/live/key`,
				},
			],
		},
	});
});
after(() => service.remove());

async function loginFor(path: string): Promise<string> {
	const { headers } = await fetch(service.url + path);
	const challenge = headers.get("www-authenticate") ?? "";
	return authorization(challenge, administrator, "GET", path) ?? "";
}

async function outputs(): Promise<OutputsStatus> {
	const headers = { authorization: await loginFor("/outputs") };
	const answer = await fetch(`${service.url}/outputs`, { headers });
	const told: OutputsStatus = JSON.parse(await answer.text());
	return told;
}

/** Once there is one viewer by that way, what is told of it. */
async function viewerBy(by: string) {
	const found = async () =>
		(await outputs()).viewers.filter((one) => one.by === by);
	await until(async () => (await found()).length === 1, `a viewer by ${by}`);
	return (await found())[0] ?? assert.fail();
}

test("who is not logged in is told nothing", async () => {
	const answer = await fetch(`${service.url}/outputs`);
	assert.equal(answer.status, 401);
	assert.doesNotMatch(await answer.text(), /viewers|pushes/);
});

test("viewers of every way are told, until they leave", async (t) => {
	const url = `rtsp://127.0.0.1:${service.rtsp}/main`;
	const login = { user: administrator.name, password: administrator.password };
	const tcp = await RtspClient.connect(t, service.rtsp, undefined, "127.0.2.1");
	tcp.login = login;
	await tcp.play(url);
	const viewer = await viewerBy("RTSP, TCP");
	const { client, user, profile, playing, seconds } = viewer;
	assert.deepEqual(
		{ client, user, profile, playing },
		{ client: "127.0.2.1", user: "admin", profile: "main", playing: true },
	);
	assert.ok(seconds < 600, String(seconds));
	assert.equal(viewer.reception, undefined);

	const port = await freeUdpPorts(2);
	for (const one of [port, port + 1]) {
		const datagrams = await openUdp(one);
		t.after(() => datagrams.close());
	}
	const udp = await RtspClient.connect(
		...([t, service.rtsp, undefined, ownAddress] as const),
	);
	udp.login = login;
	await udp.play(url, `RTP/AVP;unicast;client_port=${port}-${port + 1}`);
	await viewerBy("RTSP, UDP");

	const tunnel = await openTunnel(t, service.http);
	tunnel.login = login;
	await tunnel.play(url);
	await viewerBy("RTSP over HTTP, TCP");

	const headers = { authorization: await loginFor("/mjpeg/jpeg") };
	const mjpeg = new MjpegClient(`${service.url}/mjpeg/jpeg`, headers);
	t.after(() => mjpeg.close());
	assert.equal((await viewerBy("MJPEG")).profile, "jpeg");

	const authorized = { authorization: await loginFor("/live/main") };
	const live = new LiveClient(`${service.url}/live/main`, authorized);
	t.after(() => live.close());
	assert.equal((await viewerBy("fMP4")).user, "admin");

	await fetch(`${service.url}/hls/${secret}/main/index.m3u8`);
	assert.equal((await viewerBy("HLS")).user, undefined);

	tcp.socket.destroy();
	udp.socket.destroy();
	tunnel.socket.get.socket.destroy();
	mjpeg.close();
	live.close();
	await until(
		async () => (await outputs()).viewers.length === 0,
		"all have left",
	);
});

test("what a viewer reports of its reception is told", async (t) => {
	const client = await RtspClient.connect(t, service.rtsp);
	const { name, password } = administrator;
	client.login = { user: name, password };
	await client.play(`rtsp://127.0.0.1:${service.rtsp}/main`);
	await until(
		() => client.packets.some(({ channel }) => channel === 0),
		"a packet",
	);
	const [packet] = client.packets.filter(({ channel }) => channel === 0);
	const report = Buffer.alloc(36);
	report.set([0x24, 1, 0, 32, 0x81, 201, 0, 7], 0);
	report.writeUInt32BE(packet?.data.readUInt32BE(8) ?? 0, 12);
	report.writeUInt8(64, 16);
	report.writeIntBE(3, 17, 3);
	client.raw(report);
	await until(
		async () => (await viewerBy("RTSP, TCP")).reception !== undefined,
		"the report is told",
	);
	assert.deepEqual((await viewerBy("RTSP, TCP")).reception, {
		fractionLost: 0.25,
		lost: 3,
	});
});

test("a push that fails tells why and when it tries again, and no key", async () => {
	const push = async () => (await outputs()).pushes[0] ?? assert.fail();
	await until(async () => (await push()).state === "waiting", "it has failed");
	let told = await push();
	// Between two looks it may have tried again.
	while (told.state !== "waiting") told = await push();
	const { profile, url, reason, retrySeconds = -1 } = told;
	assert.equal(profile, "main");
	assert.match(url, /^rtmp:\/\/127\.[\d.]+:\d+$/);
	assert.match(reason ?? "", /nothing listens/);
	assert.ok(retrySeconds >= 0 && retrySeconds <= 30, String(retrySeconds));
	const headers = { authorization: await loginFor("/push") };
	const text = await (await fetch(`${service.url}/push`, { headers })).text();
	assert.doesNotMatch(text, /key/);
});
