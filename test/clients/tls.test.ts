import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createConnection } from "node:net";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { connect } from "node:tls";
import { createWebSocketStream, WebSocket } from "ws";
import { until } from "../helpers/media.ts";
import { playToEnd } from "../helpers/rtspsrc.ts";
import { askAgain, run, runPlayer } from "../helpers/run.ts";
import {
	administrator,
	type RunningService,
	startService,
} from "../helpers/service.ts";
import { RtspClient } from "../rtsp/rtsp-client.ts";

const login = `${administrator.name}:${administrator.password}`;
const getStreamUri = (protocol: string) =>
	`<GetStreamUri xmlns="http://www.onvif.org/ver10/media/wsdl"><StreamSetup><Stream xmlns="http://www.onvif.org/ver10/schema">RTP-Unicast</Stream><Transport xmlns="http://www.onvif.org/ver10/schema"><Protocol>${protocol}</Protocol></Transport></StreamSetup><ProfileToken>sub</ProfileToken></GetStreamUri>`;

describe("clients over TLS", () => {
	let service: RunningService;
	let https = 0;
	let rtsps = 0;
	let certificate = "";
	before(async () => {
		service = await startService({
			config: {
				https: { port: 0 },
				rtsps: { port: 0 },
				auth: { basic: "tls" },
			},
		});
		const port = (scheme: string) =>
			Number(
				new RegExp(`${scheme}://[^/\\s]+:(\\d+)/`).exec(service.stdout())?.[1],
			);
		https = port("https");
		rtsps = port("rtsps");
		certificate = join(service.stateDir, "tls", "certificate.pem");
	});
	after(() => service.remove());

	/** curl, which believes the service's certificate and no other. */
	const curl = (...args: readonly string[]) =>
		run("curl", ["-sS", "--cacert", certificate, ...args]);

	const ask = async (body: string) => {
		const answer = await curl(
			...["--digest", "-u", login, "-H", "Content-Type: application/soap+xml"],
			...[
				"-d",
				`<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"><e:Body>${body}</e:Body></e:Envelope>`,
			],
			`https://localhost:${https}/onvif/device_service`,
		);
		assert.equal(answer.code, 0, answer.stderr);
		return answer.stdout.toString();
	};

	test("the start prints the addresses", () => {
		assert.match(
			service.stdout(),
			/TLS {7}https:\/\/\S+\/onvif\/device_service/,
		);
		assert.match(service.stdout(), /rtsps:\/\/\S+\/main\n/);
	});

	test("answers are what they are without, with addresses over TLS", async () => {
		const device = "http://www.onvif.org/ver10/device/wsdl";
		const services = await ask(
			`<GetServices xmlns="${device}"><IncludeCapability>false</IncludeCapability></GetServices>`,
		);
		const xaddrs = [...services.matchAll(/XAddr>([^<]+)</g)].map((m) => m[1]);
		assert.ok(xaddrs.length >= 2);
		for (const one of xaddrs)
			assert.match(one ?? "", new RegExp(`^https://[^/]+:${https}/onvif/`));
		const capabilities = await ask(
			`<GetServiceCapabilities xmlns="${device}"/>`,
		);
		assert.match(capabilities, /TLS1\.2="true"/);
		assert.match(capabilities, /TLS1\.1="false"/);
		const protocols = await ask(`<GetNetworkProtocols xmlns="${device}"/>`);
		assert.match(protocols, new RegExp(`HTTPS<[^]*?Port>${https}<`));
	});

	test("stream addresses are over TLS where their packets are", async () => {
		for (const [protocol, address] of [
			["RTSP", `rtsps://[^/]+:${rtsps}/sub`],
			["TCP", `rtsps://[^/]+:${rtsps}/sub`],
			["HTTP", `https://[^/]+:${https}/sub`],
			["UDP", `rtsp://[^/]+:${service.rtsp}/sub`],
		] as const)
			assert.match(
				await ask(getStreamUri(protocol)),
				new RegExp(`Uri>${address}<`),
			);
	});

	test("a snapshot comes over TLS", async () => {
		const answer = await curl(
			...["--digest", "-u", login, "-o", join(service.stateDir, "sub.jpg")],
			...[...askAgain, "-w", "%{content_type} %{ssl_verify_result}"],
			`https://localhost:${https}/snapshot/sub`,
		);
		assert.equal(answer.stdout.toString(), "image/jpeg 0", answer.stderr);
	});

	test("Basic is taken over TLS, and over nothing else", async () => {
		for (const [url, told] of [
			[`http://127.0.0.1:${service.http}`, /^401 /],
			[`https://localhost:${https}`, /^200 image\/jpeg$/],
		] as const) {
			const answer = await curl(
				...["--basic", "-u", login, ...askAgain, "-o", "/dev/null"],
				...["-w", "%{http_code} %{content_type}", `${url}/snapshot/sub`],
			);
			assert.match(answer.stdout.toString(), told, answer.stderr);
		}
		const [plain, secret] = [
			createConnection(service.rtsp, "127.0.0.1"),
			connect({ port: rtsps, rejectUnauthorized: false }),
		].map((socket) => new RtspClient(socket));
		assert.ok(plain && secret);
		const Authorization = `Basic ${Buffer.from(login).toString("base64")}`;
		for (const [client, status, offered] of [
			[plain, 401, ["Digest"]],
			[secret, 200, ["Digest", "Basic"]],
		] as const) {
			client.login = undefined;
			const asked = await client.request("DESCRIBE", "/sub");
			const challenges = asked.headers.get("www-authenticate") ?? [];
			assert.deepEqual(
				challenges.map((challenge) => challenge.split(" ")[0]),
				offered,
			);
			const answer = await client.describe("/sub", {
				Authorization,
			});
			assert.equal(answer.status, status);
			client.socket.destroy();
		}
		assert.match(service.stderr(), /Basic is taken over TLS only/);
	});

	for (const [what, transport, address] of [
		["RTSP over TLS", "tcp", () => `rtsps://127.0.0.1:${rtsps}`],
		["RTSP over HTTPS", "https", () => `rtsp://127.0.0.1:${https}`],
	] as const)
		test(`ffmpeg plays ${what}`, async () => {
			const url = `${address()}/sub`.replace("://", `://${encodeURI(login)}@`);
			const { code, stdout, stderr } = await runPlayer("ffmpeg", [
				...["-v", "warning", "-nostdin", "-rtsp_transport", transport],
				...["-i", url, "-frames:v", "20", "-c", "copy"],
				...["-f", "framecrc", "-"],
			]);
			assert.equal(code, 0, stderr);
			assert.equal(stdout.toString().match(/^0,/gm)?.length, 20);
		});

	test("GStreamer's rtspsrc plays RTSP over TLS", async () => {
		await playToEnd([
			`location=rtsps://127.0.0.1:${rtsps}/sub`,
			`user-id=${administrator.name}`,
			`user-pw=${administrator.password}`,
			...["tls-validation-flags=0", "latency=0", "!", "decodebin"],
			...["!", "fakesink", "num-buffers=10"],
		]);
	});

	test("RTSP over WebSocket comes over TLS too", async (t) => {
		const socket = new WebSocket(
			`wss://localhost:${https}/rtsp-over-websocket`,
			"rtsp.onvif.org",
			{ ca: readFileSync(certificate) },
		);
		t.after(() => socket.terminate());
		const stream = createWebSocketStream(socket);
		stream.on("error", () => {});
		await once(socket, "open");
		const client = new RtspClient(stream);
		client.login = {
			user: administrator.name,
			password: administrator.password,
		};
		await client.play(`rtsp://localhost:${https}/sub`);
		await until(() => client.packets.length > 20, "packets");
	});

	test("the certificate is good for name and address; TLS 1.1 is refused", async () => {
		const ca = readFileSync(certificate);
		for (const host of ["localhost", "127.0.0.1"]) {
			const socket = connect({ port: rtsps, host, ca });
			await once(socket, "secureConnect");
			assert.equal(socket.authorized, true);
			assert.match(String(socket.getProtocol()), /^TLSv1\.[23]$/);
			socket.destroy();
		}
		const old = connect({
			...{ port: https, host: "localhost", ca },
			...{
				maxVersion: "TLSv1.1",
				minVersion: "TLSv1",
				ciphers: "ALL@SECLEVEL=0",
			},
		});
		const [error] = await once(old, "error");
		assert.match(String(error), /version|alert|reset/i);
	});

	test("who does not trust the certificate is told of in the log", async () => {
		const { code } = await run("curl", ["-sS", `https://localhost:${https}/`]);
		assert.equal(code, 60);
		await until(
			() =>
				/https connection refused client=(?:127\.0\.0\.1|::1) reason="?tlsv1 alert unknown ca/.test(
					service.stderr(),
				),
			"it is in the log",
		);
	});

	test("whoever talks plainly, or not at all, harms nobody", async () => {
		const silent = createConnection(https, "127.0.0.1");
		await once(silent, "connect");
		const plain = createConnection(rtsps, "127.0.0.1");
		plain.on("error", () => {});
		plain.write("OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n");
		plain.resume();
		await once(plain, "close");
		assert.match(await ask(getStreamUri("RTSP")), /rtsps:/);
		// Code 0 is that of a service whose parts all stopped in time.
		const { code } = await service.stop();
		assert.equal(code, 0, service.stderr());
		silent.destroy();
		await until(
			() =>
				/rtsps connection refused client=127\.0\.0\.1 .*wrong version number/.test(
					service.stderr(),
				),
			"it is in the log",
		);
	});
});
