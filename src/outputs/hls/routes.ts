import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { sameSecret } from "../../auth/compare.ts";
import { SourceUnavailable } from "../../media/types.ts";
import { plainAddress } from "../../system/plain-address.ts";
import type { Audience } from "../audience.ts";
import type { MayWatch } from "../login.ts";
import type { HlsProfiles } from "./hls-profiles.ts";
import { type Reload, readReload } from "./reload.ts";

export interface HlsOptions {
	readonly profiles: HlsProfiles;
	readonly mayWatch: MayWatch;
	readonly audience: Audience;
	/** Who knows it may watch without a login; null for nobody. */
	readonly secret: string | null;
}

interface Place {
	readonly Params: {
		readonly secret?: string;
		readonly token: string;
		readonly file: string;
	};
	readonly Querystring: Readonly<Record<string, unknown>>;
}

const playlistName = "index.m3u8";
/** A client that takes nothing of an answer for so long is gone. */
const stalledMs = 30_000;
/** Of a playlist, and of what is not there yet. */
const asItIs = "max-age=1";
/** A playlist that was asked for by what it must hold is right for all who ask the same (RFC 8216bis, appendix B). */
const asAskedFor = "max-age=6";
/** Segments: no name is used twice. They are of no use for long. */
const unchanging = "max-age=600, immutable";

/** Where a profile's HLS is, below the service's address. */
export function hlsPath(profileToken: string): string {
	return `/hls/${encodeURIComponent(profileToken)}/${playlistName}`;
}

/**
 * Serves `/hls/<profile token>/index.m3u8` and what its playlist names to every user, and to whoever knows the secret
 * at `/hls/<secret>/<profile token>/index.m3u8`: there a cache may keep it for all.
 */
export function serveHls(server: FastifyInstance, options: HlsOptions): void {
	const { profiles, mayWatch, audience, secret } = options;
	server.addHook("onClose", async () => profiles.close());
	server.get<Place>("/hls/:token/:file", async (request, reply) => {
		const admission = await mayWatch(request, reply);
		return admission ? answer(request, reply, admission.identity.name) : reply;
	});
	if (secret !== null)
		server.get<Place>("/hls/:secret/:token/:file", async (request, reply) => {
			if (!sameSecret(request.params.secret ?? "", secret))
				return refuse(reply, 404, "there is no such address");
			// Players on pages of other sites; no login is sent along.
			reply.header("access-control-allow-origin", "*");
			return answer(request, reply, undefined);
		});

	/** @param user undefined for who knows the secret */
	async function answer(
		{ params: { token, file }, query, raw, ip }: FastifyRequest<Place>,
		reply: FastifyReply,
		user: string | undefined,
	): Promise<FastifyReply> {
		const refusal = profiles.refusal(token);
		if (refusal !== undefined) return refuse(reply, 404, refusal);
		reply.raw.setTimeout(stalledMs, () => raw.socket.destroy());
		const cache = (rule: string) =>
			reply.header(
				"cache-control",
				`${user === undefined ? "public" : "private"}, ${rule}`,
			);
		try {
			if (file === playlistName) {
				const client = plainAddress(ip);
				audience.ask({ client, user, profile: token, by: "HLS" });
				const reload = readReload(query);
				if (typeof reload === "string") return refuse(reply, 400, reload);
				cache(reload.number === undefined ? asItIs : asAskedFor);
				return await sendPlaylist(token, reload, reply);
			}
			const data = await profiles.running(token)?.file(file);
			cache(data ? unchanging : asItIs);
			return data
				? reply.type("video/mp4").send(data)
				: refuse(reply, 404, "there is no such segment (any more)");
		} catch (error) {
			if (!(error instanceof SourceUnavailable)) throw error;
			reply.headers({ "cache-control": "no-store", "retry-after": "2" });
			return refuse(reply, 503, `no picture: ${error.message}`);
		}
	}

	async function sendPlaylist(
		token: string,
		{ number, part }: Reload,
		reply: FastifyReply,
	): Promise<FastifyReply> {
		const playlist = await profiles.start(token).playlist(number, part);
		return playlist === undefined
			? refuse(reply, 400, "_HLS_msn is too far ahead")
			: reply.type("application/vnd.apple.mpegurl").send(playlist);
	}
}

function refuse(
	reply: FastifyReply,
	status: number,
	why: string,
): FastifyReply {
	return reply.code(status).type("text/plain").send(`${why}\n`);
}
