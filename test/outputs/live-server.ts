import { randomBytes } from "node:crypto";
import type { TestContext } from "node:test";
import fastify, { type FastifyInstance } from "fastify";
import type { VideoEncoding } from "../../src/camera/types.ts";
import type { Stream, StreamDirectory } from "../../src/media/types.ts";
import { Audience } from "../../src/outputs/audience.ts";
import { LiveProfiles } from "../../src/outputs/fmp4/live-profiles.ts";
import { serveLive } from "../../src/outputs/fmp4/routes.ts";
import { HlsProfiles } from "../../src/outputs/hls/hls-profiles.ts";
import { serveHls } from "../../src/outputs/hls/routes.ts";
import { systemClock } from "../../src/system/clock.ts";
import { routeUpgrades } from "../../src/system/http-upgrade.ts";

const silent = { info() {}, warn() {}, error() {} };

/** Of the addresses of HLS that want no login. */
export const hlsSecret = "a-secret-that-only-tests-know";

export interface LiveServer {
	readonly server: FastifyInstance;
	readonly profiles: LiveProfiles;
	/** `http://127.0.0.1:port` */
	readonly url: string;
	/** The only viewer is deleted: nobody who watches may go on. */
	deleteUser(): void;
}

/** A server whose profiles `main` and `jpeg` are these streams, open to everybody; `POST /echo` and an empty page at `/`; it is closed with the test. */
export async function serveStreams(
	t: TestContext,
	streams: { readonly main: Stream; readonly jpeg?: Stream },
): Promise<LiveServer> {
	const server = fastify({ forceCloseConnections: true });
	const tokens = new Map<string, Stream | undefined>(Object.entries(streams));
	const directory: StreamDirectory = {
		find(token) {
			const stream = tokens.get(token);
			return (
				stream && {
					name: token,
					sessionTimeout: 60,
					tracks: [{ media: "video", stream }],
				}
			);
		},
	};
	const encodings = new Map<string, VideoEncoding>([
		["main", "H264"],
		["jpeg", "JPEG"],
	]);
	const profiles = new LiveProfiles({
		directory,
		encoding: (token) => encodings.get(token),
		clock: systemClock,
	});
	routeUpgrades(server, server.server);
	let known = true;
	const mayWatch = async () => ({
		identity: { name: "viewer", level: "User" as const },
		holds: () => known,
	});
	const audience = new Audience(systemClock);
	const clock = systemClock;
	serveLive(server, { profiles, mayWatch, audience, clock, log: silent });
	server.post("/echo", (request) => request.body);
	server.get("/", (_request, reply) =>
		reply.type("text/html").send("<!doctype html><title>test</title>"),
	);
	const random = (size: number) => randomBytes(size);
	serveHls(server, {
		profiles: new HlsProfiles({ live: profiles, clock: systemClock, random }),
		mayWatch,
		audience,
		secret: hlsSecret,
	});
	t.after(() => server.close());
	const url = await server.listen({ port: 0, host: "127.0.0.1" });
	const deleteUser = () => {
		known = false;
	};
	return { server, profiles, url, deleteUser };
}
