import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import type { Duplex } from "node:stream";
import { after, before, describe, type TestContext, test } from "node:test";
import { descendants } from "../helpers/children.ts";
import { until } from "../helpers/media.ts";
import { administrator } from "../helpers/service.ts";
import { sayToneUntil } from "../helpers/talk.ts";
import { Messages } from "../helpers/validate.ts";
import { header, RtspClient } from "../rtsp/rtsp-client.ts";
import { openTunnel } from "../rtsp/tunnel/tunnel-client.ts";
import { DeviceUnderTest, trt, tt } from "./device-under-test.ts";
import { list, type Tree, text } from "./tree.ts";

const messages = new Messages();
const Require = "www.onvif.org/ver20/backchannel";

/** The control of a track that the client may send to, and the codecs of it. */
function backchannelIn(sdp: string) {
	const section = sdp
		.split(/^(?=m=)/m)
		.find((one) => one.startsWith("m=audio") && /^a=sendonly/m.test(one));
	assert.ok(section, sdp);
	return {
		control: /^a=control:(\S+)/m.exec(section)?.[1] ?? "",
		codecs: [...section.matchAll(/^a=rtpmap:\d+ (\w+)/gm)].map(
			([, name]) => name,
		),
	};
}

/** A way for packets, with what is heard back on it. */
interface Way {
	readonly transport: string;
	/** To be called when SETUP was answered. */
	begin(answered: string): void;
	send(packet: Buffer): void;
	readonly rtcp: readonly Buffer[];
}

function interleaved<Carrier extends Duplex>(client: RtspClient<Carrier>): Way {
	return {
		transport: "RTP/AVP/TCP;unicast;interleaved=0-1",
		begin: (answered) => assert.match(answered, /interleaved=0-1/),
		send(packet) {
			const head = Buffer.from([0x24, 0, 0, 0]);
			head.writeUInt16BE(packet.length, 2);
			client.raw(Buffer.concat([head, packet]));
		},
		get rtcp() {
			return client.packets
				.filter(({ channel }) => channel === 1)
				.map(({ data }) => data);
		},
	};
}

async function datagrams(t: TestContext): Promise<Way> {
	const sockets = [createSocket("udp4"), createSocket("udp4")] as const;
	for (const socket of sockets) {
		t.after(() => socket.close());
		socket.bind(0, "127.0.0.1");
		await once(socket, "listening");
	}
	const [rtp, rtcp] = sockets;
	const heard: Buffer[] = [];
	rtcp.on("message", (packet) => void heard.push(packet));
	let port = 0;
	return {
		transport: `RTP/AVP;unicast;client_port=${rtp.address().port}-${rtcp.address().port}`,
		begin(answered) {
			port = Number(/server_port=(\d+)-/.exec(answered)?.[1]);
		},
		send: (packet) => rtp.send(packet, port, "127.0.0.1"),
		rtcp: heard,
	};
}

describe("talking to the running service", () => {
	let device: DeviceUnderTest;
	before(async () => {
		device = await DeviceUnderTest.start(messages, {
			config: { audio: { source: "test", output: "test" } },
		});
	});
	after(() => device.service.remove());

	const ask = async (...body: Parameters<typeof device.ask>): Promise<Tree> => {
		const answer = await device.ask(...body);
		assert.equal(answer.status, 200, answer.text);
		return answer.body;
	};

	async function setOutput(): Promise<void> {
		const [first] = list(
			await ask(trt("GetAudioOutputConfigurations")),
			"Configurations",
		);
		await ask(
			trt("SetAudioOutputConfiguration", [
				trt(
					"Configuration",
					[
						tt("Name", text(first, "Name")),
						tt("UseCount", "0"),
						tt("OutputToken", text(first, "OutputToken")),
						tt("SendPrimacy", "www.onvif.org/ver20/HalfDuplex/Client"),
						tt("OutputLevel", "80"),
					],
					{ token: text(first, "@token") },
				),
				trt("ForcePersistence", "false"),
			]),
		);
	}

	async function streamUri(protocol: string): Promise<string> {
		const told = await ask(
			trt("GetStreamUri", [
				trt("StreamSetup", [
					tt("Stream", "RTP-Unicast"),
					tt("Transport", [tt("Protocol", protocol)]),
				]),
				trt("ProfileToken", "main"),
			]),
		);
		return text(told, "MediaUri", "Uri");
	}

	const players = () =>
		descendants(device.service.pid).filter(({ commandLine }) =>
			commandLine.includes("mulawdec"),
		);

	const told = () => device.service.stderr();

	async function talk<Carrier extends Duplex>(
		uri: string,
		client: RtspClient<Carrier>,
		way: Way,
	): Promise<void> {
		client.login = {
			user: administrator.name,
			password: administrator.password,
		};
		const described = await client.describe(uri, { Require });
		assert.equal(described.status, 200, described.text);
		const { control, codecs } = backchannelIn(described.body);
		assert.ok(codecs.includes("PCMU"));
		const base = header(described, "content-base");
		const setup = await client.request("SETUP", base + control, {
			Transport: way.transport,
			Require,
		});
		assert.equal(setup.status, 200, setup.text);
		way.begin(header(setup, "transport"));
		const Session = header(setup, "session").split(";")[0] ?? "";
		const play = await client.request("PLAY", base, { Session, Require });
		assert.equal(play.status, 200, play.text);
		let plays = false;
		const answered = () => {
			plays ||= players().length > 0;
			return plays && way.rtcp.length > 0;
		};
		await sayToneUntil(answered, (packet) => way.send(packet), {
			...{ hertz: 440, law: "PCMU" },
		});
		assert.ok(plays, `it is not sent to the output: ${told()}`);
		const [report] = way.rtcp;
		assert.ok(report, "a report came");
		// A receiver report about what the client sends (RFC 3550, 6.4.2), and a name.
		assert.equal(report.readUInt8(1), 201);
		assert.equal(report.readUInt32BE(8), 0x7a1c);
		assert.equal(report.readUInt8(33), 202);
		const gone = await client.request("TEARDOWN", base, { Session, Require });
		assert.equal(gone.status, 200);
		await until(() => players().length === 0, "nothing plays any more");
	}

	test("RTSS-6-1-1: G.711 over UDP", async (t) => {
		await setOutput();
		const uri = await streamUri("UDP");
		const client = await RtspClient.connect(t, device.service.rtsp);
		await talk(uri, client, await datagrams(t));
	});

	test("RTSS-6-1-3: G.711 in the RTSP connection", async (t) => {
		await setOutput();
		const uri = await streamUri("RTSP");
		const client = await RtspClient.connect(t, device.service.rtsp);
		await talk(uri, client, interleaved(client));
	});

	test("RTSS-6-1-10: G.711 by POST", async (t) => {
		await setOutput();
		const uri = await streamUri("HTTP");
		const client = await openTunnel(t, device.service.http);
		await talk(uri, client, interleaved(client));
	});

	test("every answer above is as the schemas have it", (t) =>
		messages.validate(t));
});
