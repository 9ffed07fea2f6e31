import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { authorization } from "../helpers/digest.ts";
import { freePort } from "../helpers/free-port.ts";
import { until } from "../helpers/media.ts";
import { type Nginx, startNginx } from "../helpers/nginx.ts";
import { askAgain, run, runPlayer } from "../helpers/run.ts";
import {
	administrator,
	type RunningService,
	startService,
} from "../helpers/service.ts";
import { LiveClient } from "../outputs/live-client.ts";

const login = `${administrator.name}:${administrator.password}`;
const device = "http://www.onvif.org/ver10/device/wsdl";
const media = "http://www.onvif.org/ver10/media/wsdl";
const schema = "http://www.onvif.org/ver10/schema";

const getStreamUri = (protocol: string) =>
	`<GetStreamUri xmlns="${media}"><StreamSetup><Stream xmlns="${schema}">RTP-Unicast</Stream><Transport xmlns="${schema}"><Protocol>${protocol}</Protocol></Transport></StreamSetup><ProfileToken>sub</ProfileToken></GetStreamUri>`;

describe("through nginx, as docs/nginx.md has it", () => {
	let service: RunningService;
	let nginx: Nginx;
	let publicUrl = "";
	before(async () => {
		const port = await freePort();
		publicUrl = `https://localhost:${port}`;
		service = await startService({
			config: {
				http: {
					...{ port: 0, host: "127.0.0.1" },
					...{ publicUrl, trustedProxies: ["127.0.0.1"] },
				},
				rtsp: { port: 0, host: "127.0.0.1", publicPort: 554 },
			},
		});
		nginx = await startNginx(port, service.http);
	});
	after(async () => {
		await nginx?.stop();
		await service.remove();
	});

	const curl = (...args: readonly string[]) =>
		run("curl", [
			...["-sS", "--cacert", nginx.certificate],
			...["--digest", "-u", login, ...args],
		]);

	async function ask(body: string, url = publicUrl, ...more: string[]) {
		const answer = await curl(
			...["-H", "Content-Type: application/soap+xml", ...more, "-d"],
			`<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"><e:Body>${body}</e:Body></e:Envelope>`,
			`${url}/onvif/device_service`,
		);
		assert.equal(answer.code, 0, answer.stderr);
		return answer.stdout.toString();
	}

	const addresses = (text: string) =>
		[...text.matchAll(/(?:XAddr|Uri|WsdlUrl)>([^<]+)</g)].map(
			([, address]) => address ?? "",
		);

	test("all addresses in answers are the public ones", async () => {
		const services = addresses(
			await ask(
				`<GetServices xmlns="${device}"><IncludeCapability>false</IncludeCapability></GetServices>`,
			),
		);
		assert.ok(services.length >= 2);
		for (const one of services)
			assert.ok(one.startsWith(`${publicUrl}/onvif/`), one);
		const capabilities = await ask(`<GetCapabilities xmlns="${device}"/>`);
		assert.ok(
			addresses(capabilities).every((one) => one.startsWith(publicUrl)),
		);
		const asked = async (body: string) => addresses(await ask(body))[0];
		assert.equal(
			await asked(`<GetWsdlUrl xmlns="${device}"/>`),
			`${publicUrl}/onvif/wsdl/device.wsdl`,
		);
		assert.equal(
			await asked(
				`<GetSnapshotUri xmlns="${media}"><ProfileToken>sub</ProfileToken></GetSnapshotUri>`,
			),
			`${publicUrl}/snapshot/sub`,
		);
		assert.equal(await asked(getStreamUri("HTTP")), `${publicUrl}/sub`);
		assert.equal(await asked(getStreamUri("RTSP")), "rtsp://localhost:554/sub");
		const wsdl = await curl(`${publicUrl}/onvif/wsdl/device.wsdl`);
		assert.match(
			wsdl.stdout.toString(),
			new RegExp(`location="${publicUrl}/onvif/`),
		);
	});

	test("who comes past it gets the address that was reached; who names another, too", async () => {
		const [direct] = addresses(await ask(getStreamUri("HTTP"), service.url));
		assert.equal(direct, `${service.url}/sub`);
		const [other] = addresses(
			await ask(
				getStreamUri("HTTP"),
				...[service.url, "-H", "Host: evil.example"],
				...["-H", "X-Forwarded-Host: evil.example"],
			),
		);
		assert.equal(other, `${service.url}/sub`);
		const [forwarded] = addresses(
			await ask(
				getStreamUri("HTTP"),
				...[service.url, "-H", `X-Forwarded-Host: ${new URL(publicUrl).host}`],
			),
		);
		assert.equal(forwarded, `${publicUrl}/sub`);
	});

	test("a snapshot", async () => {
		const { stdout, stderr } = await curl(
			...["-f", ...askAgain, `${publicUrl}/snapshot/sub`],
		);
		assert.ok(stdout.length > 1000, stderr);
		assert.equal(stdout.readUInt16BE(0), 0xffd8);
	});

	test("ffmpeg in a tunnel of RTSP over HTTPS", async () => {
		const url = publicUrl.replace("https://", `rtsp://${encodeURI(login)}@`);
		const { code, stdout, stderr } = await runPlayer("ffmpeg", [
			...["-v", "warning", "-nostdin", "-rtsp_transport", "https"],
			...["-i", `${url}/sub`, "-frames:v", "40", "-c", "copy"],
			...["-f", "framecrc", "-"],
		]);
		assert.equal(code, 0, stderr);
		assert.equal(stdout.toString().match(/^0,/gm)?.length, 40);
	});

	test("live view over WebSocket", async () => {
		const url = `${publicUrl}/live/sub`;
		const ca = readFileSync(nginx.certificate);
		const refused = new LiveClient(url, {}, { ca });
		await refused.answered();
		assert.equal(refused.refused?.status, 401);
		const answer = authorization(
			refused.refused.challenges,
			administrator,
			"GET",
			"/live/sub",
		);
		const live = new LiveClient(url, { authorization: answer ?? "" }, { ca });
		await live.has(20);
		assert.ok(live.inits.length > 0);
		live.close();
	});

	test("a browser's session, whose cookie is for TLS alone", async () => {
		const url = `${publicUrl}/session`;
		const plain = (...args: readonly string[]) =>
			run("curl", [...["-sS", "--cacert", nginx.certificate, ...args]]);
		const told = (await plain(url)).stdout.toString();
		const challenge: unknown = JSON.parse(told).challenge;
		const answer = authorization(
			String(challenge),
			administrator,
			"POST",
			"/session",
		);
		const { stdout } = await plain(
			...["-i", "-X", "POST", "-H", `Authorization: ${answer}`],
			...["-H", `Origin: ${publicUrl}`, url],
		);
		const set = /^set-cookie: (__Host-[^;]+);(.*)$/im.exec(stdout.toString());
		assert.match(set?.[2] ?? "", /Secure/, stdout.toString());
		const live = new LiveClient(
			`${publicUrl}/live/sub`,
			{ cookie: set?.[1] ?? "", origin: publicUrl },
			{ ca: readFileSync(nginx.certificate) },
		);
		await live.has(5);
		live.close();
	});

	test("wrong passwords count against the client, and the log names it", async () => {
		const { stdout } = await curl(
			...["-o", "/dev/null", "-w", "%{http_code}"],
			...["-u", `${administrator.name}:swordfish9`],
			...["-H", "X-Forwarded-For: 203.0.113.9"],
			`${service.url}/snapshot/sub`,
		);
		assert.equal(stdout.toString(), "401");
		await until(
			() => /login refused.*203\.0\.113\.9/.test(service.stderr()),
			"it is in the log",
		);
	});
});
