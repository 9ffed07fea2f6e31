import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { after, before, describe, test } from "node:test";
import { createServer as createTlsServer } from "node:tls";
import { loadConfig } from "../../src/config/load.ts";
import { Trouble } from "../../src/doctor/finding.ts";
import { checkOtherCamera } from "../../src/doctor/other-camera.ts";
import { planOf } from "../../src/doctor/plan.ts";
import type { RtspSource } from "../../src/media/types.ts";
import { patienceMs } from "../helpers/patience.ts";
import {
	administrator,
	type RunningService,
	startService,
} from "../helpers/service.ts";
import { Workshop } from "./doctor-program.ts";

const profiles = [
	{ token: "same", encoding: "H264", width: 640, height: 360 },
	{ token: "small", encoding: "H264", width: 320, height: 240 },
	{ token: "jpeg", encoding: "JPEG", width: 640, height: 360 },
];

const limit = () => AbortSignal.timeout(patienceMs);

async function listening(server: Server): Promise<number> {
	await once(server.listen(0, "127.0.0.1"), "listening");
	const address = server.address();
	assert.ok(address !== null && typeof address === "object");
	return address.port;
}

describe("onvifd doctor and another camera", () => {
	const workshop = new Workshop();
	const { streams } = planOf(loadConfig(workshop.write({ profiles })));
	let camera: RunningService;
	before(async () => {
		camera = await startService({
			config: { profiles: profiles.slice(0, 1) },
		});
	});
	after(async () => {
		await camera.remove();
		workshop.remove();
	});

	const at = (
		address: string,
		other: Partial<RtspSource> = {},
	): RtspSource => ({
		kind: "rtsp",
		url: `rtsp://${address}`,
		transport: "tcp",
		user: administrator.name,
		password: administrator.password,
		verifyCertificate: true,
		original: null,
		passThrough: true,
		...other,
	});
	const ours = (path: string) => `127.0.0.1:${camera.rtsp}/${path}`;

	test("which profiles get its video as it is, and which anew", async () => {
		for (const transport of ["tcp", "udp"] as const)
			assert.equal(
				await checkOtherCamera(
					at(ours("same"), { transport }),
					streams,
					limit(),
				),
				`127.0.0.1:${camera.rtsp} gives H264 640x360; untouched for same; encoded anew for small, jpeg`,
			);
		assert.equal(
			await checkOtherCamera(
				at(ours("same"), { passThrough: false }),
				streams,
				limit(),
			),
			`127.0.0.1:${camera.rtsp} gives H264 640x360; encoded anew for same, small, jpeg`,
		);
	});

	async function trouble(source: RtspSource, detail: RegExp, remedy: RegExp) {
		await assert.rejects(
			checkOtherCamera(source, streams, limit()),
			(error) => {
				assert.ok(error instanceof Trouble, String(error));
				assert.match(error.message, detail);
				assert.match(error.remedy, remedy);
				assert.ok(!`${error.message}${error.remedy}`.includes("correct horse"));
				return true;
			},
		);
	}

	test("a wrong password, none, and a wrong path are told apart", async () => {
		await trouble(
			at(ours("same"), { password: "swordfish" }),
			/^127\.0\.0\.1:\d+: 401: wrong user or password$/,
			/^correct source\.rtsp\.user and source\.rtsp\.password/,
		);
		await trouble(
			at(ours("same"), { user: null, password: null }),
			/401: it wants a user and password: none is given$/,
			/^set source\.rtsp\.user and source\.rtsp\.password/,
		);
		await trouble(
			at(ours("nowhere")),
			/: 404: it has no such path/,
			/^correct the path in source\.rtsp\.url/,
		);
	});

	test("a host that nobody knows, and a port where nobody listens", async () => {
		// A label that long is no name (RFC 1035, 2.3.4): nothing is asked of a name server, which may take its time.
		const name = `${"a".repeat(64)}.invalid`;
		await trouble(
			at(`${name}/x`),
			new RegExp(`^${name}:554: its name is not known$`),
			new RegExp(`: getent hosts ${name}$`),
		);
		const server = createServer();
		const port = await listening(server);
		await new Promise((closed) => server.close(closed));
		await trouble(
			at(`127.0.0.1:${port}/x`),
			/: nothing listens there$/,
			/^switch RTSP on/,
		);
	});

	/** A server that answers DESCRIBE with this, and all else with 200. */
	const describing = (sdp: string) =>
		createServer((socket) => {
			socket.on("error", () => {});
			socket.on("data", (data) => {
				const cseq = /CSeq: (\d+)/.exec(data.toString())?.[1];
				const body = data.toString().startsWith("DESCRIBE") ? sdp : "";
				socket.write(
					`RTSP/1.0 200 OK\r\nCSeq: ${cseq}\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
				);
			});
		});

	for (const [what, server, detail, remedy] of [
		[
			"a camera without video",
			() => describing("v=0\r\nm=audio 0 RTP/AVP 0\r\n"),
			/: it offers no H\.264, H\.265 or JPEG video$/,
			/^switch the camera's video to H\.264/,
		],
		[
			"a web server",
			() =>
				createServer((socket) => {
					socket.on("error", () => {});
					socket.end("HTTP/1.1 400 Bad Request\r\n\r\n");
				}),
			/: what answers there is no RTSP server$/,
			/^correct the port in source\.rtsp\.url/,
		],
		[
			"a camera that speaks TLS alone",
			() => createTlsServer({}),
			/ speaks TLS alone$/,
			/^write rtsps:\/\/ in source\.rtsp\.url/,
		],
	] as const)
		test(`${what} is named`, async () => {
			const started = server();
			const sockets = new Set<{ destroy(): unknown }>();
			started.on("connection", (socket) => sockets.add(socket));
			started.on("tlsClientError", () => {});
			const port = await listening(started);
			try {
				await trouble(at(`127.0.0.1:${port}/x`), detail, remedy);
			} finally {
				for (const socket of sockets) socket.destroy();
				started.close();
			}
		});
});
