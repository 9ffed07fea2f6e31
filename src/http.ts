import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import fastify, { type FastifyInstance } from "fastify";
import { allows } from "./auth/access.ts";
import type { Guesses } from "./auth/guesses.ts";
import type { HttpAccess } from "./auth/http-access.ts";
import type { DigestAuth, UsernameTokenAuth } from "./auth/types.ts";
import type { VideoEncoding } from "./camera/types.ts";
import type { StreamDirectory } from "./media/types.ts";
import { type Context, contextOf, type Device } from "./onvif/context.ts";
import type { Audience } from "./outputs/audience.ts";
import { LiveProfiles } from "./outputs/fmp4/live-profiles.ts";
import { livePath, serveLive } from "./outputs/fmp4/routes.ts";
import { HlsProfiles } from "./outputs/hls/hls-profiles.ts";
import { hlsPath, serveHls } from "./outputs/hls/routes.ts";
import { watchers } from "./outputs/login.ts";
import { mjpegPath, serveMjpeg } from "./outputs/mjpeg/routes.ts";
import type { Pushes } from "./outputs/push/pushes.ts";
import { serveSnapshots, snapshotPath } from "./outputs/snapshot.ts";
import { divertTunnels, type TakeTunnel } from "./rtsp/tunnel/divert.ts";
import {
	serveRtspOverWebSocket,
	type TakeStream,
} from "./rtsp/tunnel/web-socket-route.ts";
import { soapEndpoint } from "./soap/endpoint.ts";
import type { Schema } from "./soap/schema/schema.ts";
import { wsdlRoutes } from "./soap/wsdl.ts";
import { routeUpgrades } from "./system/http-upgrade.ts";
import type { Log } from "./system/log.ts";
import { plainAddress } from "./system/plain-address.ts";
import { watchBodies } from "./system/slow-bodies.ts";
import { type OutputsOptions, serveOutputs } from "./web/outputs.ts";
import { servePage } from "./web/page.ts";
import { serveSession } from "./web/session.ts";
import { type StatusOptions, serveStatus } from "./web/status.ts";

export interface HttpOptions {
	readonly device: Device;
	/** Of the device's services. */
	readonly schema: Schema;
	/** What clients write who come through a proxy or a forwarded port. */
	readonly publicUrl: string | null;
	/** Addresses of proxies whose X-Forwarded-For and -Proto are believed. */
	readonly trustedProxies: readonly string[];
	readonly digest: DigestAuth;
	/** Who asks, for everything but SOAP. */
	readonly access: HttpAccess;
	readonly usernameToken: UsernameTokenAuth;
	readonly guesses: Guesses;
	/** A JPEG of a profile; undefined when there is no such profile. */
	readonly snapshot: (profileToken: string) => Promise<Buffer> | undefined;
	/** RTSP over HTTP comes to this port too, and RTSP over WebSocket. */
	readonly takeTunnel: TakeTunnel;
	readonly takeStream: TakeStream;
	/** What browsers watch. */
	readonly watch: {
		readonly directory: StreamDirectory;
		/** Undefined when there is no such profile, or nothing to watch of it. */
		readonly encoding: (profileToken: string) => VideoEncoding | undefined;
		/** Of the addresses that want no login; null for none. */
		readonly hlsSecret: string | null;
	};
	/** Undefined where the configuration has none. */
	readonly pushes: Pushes | undefined;
	readonly audience: Audience;
	readonly rtspViewers: OutputsOptions["rtsp"];
	/** What the page tells of the camera beside its pictures. */
	readonly about: StatusOptions["about"];
	/** How a stream comes about, in words for people. */
	readonly path: (streamToken: string) => string | undefined;
	readonly log: Log;
}

/** Beside this file's folder, in the sources and in dist/ alike. */
const wsdlFolder = fileURLToPath(new URL("../wsdl", import.meta.url));
/** Likewise; only the build makes it. */
const pageFolder = fileURLToPath(new URL("../public", import.meta.url));
/** For a person with a browser who came to the port. */
const signpost = `This is an ONVIF camera.

Page      GET  /, for browsers
ONVIF     POST /onvif/device_service
WSDL      GET  /onvif/wsdl/device.wsdl
Snapshot  GET  /snapshot/<profile>, with a login
MJPEG     GET  /mjpeg/<profile of JPEG>, with a login
HLS       GET  /hls/<profile>/index.m3u8, with a login
Live      /live/<profile>, a WebSocket of fragmented MP4, with a login
Video     over RTSP, on a port of its own; RTSP over HTTP on this one,
          and over WebSocket at /rtsp-over-websocket
`;
/** Recorders keep their connections; who says nothing for this long is gone. */
const keepAliveMs = 65_000;
/** A whole request takes no longer, however slowly it drips. */
const requestMs = 15_000;
/** Nor its head. Node exchanges the two when this one is the longer. */
const headersMs = 10_000;
/** How often that is looked at; Node's own half a minute would triple it. */
const checkMs = 2500;
const maxConnections = 512;
/** No route of ours has a JSON schema; Fastify would load the compilers for them at every start. */
const noSchemas = {
	compilersFactory: { buildValidator: noCompiler, buildSerializer: noCompiler },
};

function noCompiler(): never {
	throw new Error("routes with JSON schemas want Fastify's compilers");
}

/** The HTTP server with everything that it serves, not yet listening. */
export async function createHttp(
	options: HttpOptions,
): Promise<FastifyInstance> {
	const { device, digest, usernameToken, log } = options;
	const server = fastify({
		logger: false,
		trustProxy: options.trustedProxies.length > 0 && [
			...options.trustedProxies,
		],
		keepAliveTimeout: keepAliveMs,
		requestTimeout: requestMs,
		http: { headersTimeout: headersMs, connectionsCheckingInterval: checkMs },
		forceCloseConnections: true,
		bodyLimit: 64 * 1024,
		schemaController: noSchemas,
	});
	server.server.maxConnections = maxConnections;
	const closeUndecided = divertTunnels(server.server, options.takeTunnel);
	const closeSlowBodies = watchBodies(server.server, () =>
		device.clock.monotonic(),
	);
	server.addHook("preClose", (done) => {
		closeUndecided(0);
		done();
	});
	server.server.on("drop", (dropped) => {
		// Who keeps a connection for later opens another; who wants something now gets the place.
		closeUndecided(1000);
		closeSlowBodies(1000);
		server.server.closeIdleConnections();
		log.warn("HTTP connection refused: too many", {
			client: plainAddress(dropped?.remoteAddress ?? "unknown"),
		});
	});
	server.setErrorHandler((error, request, reply) => {
		const status =
			error instanceof Error && "statusCode" in error
				? Number(error.statusCode)
				: 500;
		if (status >= 500)
			log.error("HTTP request failed", {
				client: plainAddress(request.ip),
				path: request.routeOptions.url,
				reason: String(error),
			});
		return reply
			.code(status)
			.type("text/plain")
			.send(status < 500 ? `${error}\n` : "internal error\n");
	});
	server.setNotFoundHandler((request, reply) => {
		// A proxy that keeps its connections: this one has been Node's since its first request.
		if (request.headers["x-sessioncookie"] !== undefined)
			return reply
				.code(400)
				.header("connection", "close")
				.type("text/plain")
				.send("a tunnel's requests come on connections of their own\n");
		return reply.code(404).type("text/plain").send(signpost);
	});
	await server.register(
		soapEndpoint<Context>({
			services: device.services,
			publicUrl: options.publicUrl,
			schema: options.schema,
			digest,
			usernameToken,
			guesses: options.guesses,
			allows,
			context: (request) => contextOf(device, request),
			log,
		}),
	);
	await server.register(
		wsdlRoutes({
			folder: wsdlFolder,
			services: device.services,
			publicUrl: options.publicUrl,
		}),
	);
	const mayWatch = watchers(options.access, log);
	serveSnapshots(server, { mayWatch, snapshot: options.snapshot });
	const profiles = new LiveProfiles({ ...options.watch, clock: device.clock });
	routeUpgrades(server, server.server);
	serveRtspOverWebSocket(server, options.takeStream);
	const { audience } = options;
	const { clock } = device;
	serveLive(server, { profiles, mayWatch, audience, clock, log });
	serveMjpeg(server, {
		audience,
		...options.watch,
		mayWatch,
		profiles: () => device.camera.profiles.map(({ token }) => token),
		clock: device.clock,
	});
	serveHls(server, {
		profiles: new HlsProfiles({
			live: profiles,
			clock: device.clock,
			random: randomBytes,
		}),
		mayWatch,
		audience,
		secret: options.watch.hlsSecret,
	});
	serveSession(server, { access: options.access, log });
	servePage(server, { folder: pageFolder, signpost });
	serveStatus(server, {
		mayWatch,
		camera: device.camera,
		directory: options.watch.directory,
		about: options.about,
		path: options.path,
		moreViewers: (profile) => profiles.moreViewers(profile),
		addresses: (profile, encoding) => ({
			snapshot: snapshotPath(profile),
			...(encoding === "JPEG"
				? { mjpeg: mjpegPath(profile) }
				: { live: livePath(profile), hls: hlsPath(profile) }),
		}),
		clock: device.clock,
	});
	serveOutputs(server, {
		mayWatch,
		visits: () => audience.visits,
		rtsp: options.rtspViewers,
		pushes: () => options.pushes?.status ?? [],
		clock,
	});
	if (options.pushes) {
		const { servePushes } = await import("./outputs/push/routes.ts");
		servePushes(server, { pushes: options.pushes, mayWatch });
	}
	return server;
}

/** Resolves to the port; rejects with the system's error. `host` null is every address. */
export async function listenHttp(
	server: FastifyInstance,
	{ port, host }: { readonly port: number; readonly host: string | null },
): Promise<number> {
	if (host === null)
		await server.listen({ port, host: "::" }).catch((error: unknown) => {
			// A kernel without IPv6 has no address "::".
			if (
				!(
					error instanceof Error &&
					"code" in error &&
					error.code === "EAFNOSUPPORT"
				)
			)
				throw error;
			return server.listen({ port, host: "0.0.0.0" });
		});
	else await server.listen({ port, host });
	const address = server.server.address();
	return address !== null && typeof address === "object" ? address.port : port;
}
