import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { Agent, get } from "node:https";
import { boxes, inside } from "../media/mp4/boxes.ts";
import { patienceMs } from "./patience.ts";

/** What a viewer of HLS had. */
export interface HlsViewed {
	/** Segments by number, and the hash of what was in each. */
	readonly segments: ReadonlyMap<number, string>;
	readonly frames: number;
	/** How often it was too slow for the playlist, and began anew. */
	readonly restarts: number;
}

export interface HlsViewersOptions {
	/** Of the playlist, over TLS. */
	readonly url: string;
	readonly certificate: string;
	readonly viewers: number;
	/** Segments that each is to have, one after the other. */
	readonly segments: number;
	/** That all of them share; a viewer waits for its turn. */
	readonly connections: number;
}

/** So many watch at once, as players do that know nothing of parts: playlist, its new segments, playlist again. */
export async function watchHls(
	options: HlsViewersOptions,
): Promise<HlsViewed[]> {
	const agent = new Agent({
		keepAlive: true,
		maxSockets: options.connections,
		ca: readFileSync(options.certificate),
	});
	const frames = new Map<string, number>();
	try {
		return await Promise.all(
			Array.from({ length: options.viewers }, () =>
				watch(agent, options, frames),
			),
		);
	} finally {
		agent.destroy();
	}
}

async function watch(
	agent: Agent,
	{ url, segments }: HlsViewersOptions,
	known: Map<string, number>,
): Promise<HlsViewed> {
	const had = new Map<number, string>();
	let frames = 0;
	let restarts = 0;
	const anew = () => {
		had.clear();
		frames = 0;
		restarts++;
	};
	let moved = performance.now();
	while (had.size < segments) {
		if (performance.now() - moved > patienceMs)
			throw new Error(`no segment behind ${had.size} of ${segments}`);
		const playlist = await fetched(agent, url, 503);
		const now = playlist ? listed(playlist) : [];
		const last = Math.max(...had.keys());
		if (had.size > 0 && (now[0]?.number ?? last) > last + 1) anew();
		// Players begin three segments before the end (RFC 8216, 6.3.3).
		const first = had.size > 0 ? last : (now.at(-3)?.number ?? 0) - 1;
		for (const { number, name, goneAt } of now) {
			if (number <= first || had.size === segments) continue;
			const data = await fetched(agent, new URL(name, url).href, 404);
			if (!data) {
				if (Date.now() < goneAt) throw new Error(`${name} went too early`);
				anew();
				break;
			}
			const hash = createHash("sha256").update(data).digest("hex");
			const count = known.get(hash) ?? framesOf(data);
			known.set(hash, count);
			had.set(number, hash);
			frames += count;
			moved = performance.now();
		}
		// As players do: the playlist is asked for once in a target duration (RFC 8216, 6.3.4).
		await new Promise((next) => setTimeout(next, 1000));
	}
	return { segments: had, frames, restarts };
}

interface Listed {
	readonly number: number;
	readonly name: string;
	/** Before this time it has to be there, ms since 1970. */
	readonly goneAt: number;
}

/** The whole segments that a playlist lists. */
function listed(playlist: Buffer): Listed[] {
	const text = playlist.toString();
	const first = Number(/^#EXT-X-MEDIA-SEQUENCE:(\d+)$/m.exec(text)?.[1]);
	const all = [
		...text.matchAll(
			/^#EXT-X-PROGRAM-DATE-TIME:(.*)\n(?:#EXT-X-PART:.*\n)*#EXTINF:([\d.]+),\n(.+)$/gm,
		),
	];
	const lengthMs = all.reduce((sum, [, , s]) => sum + 1000 * Number(s), 0);
	return all.map(([, begins = "", , name = ""], index) => ({
		...{ number: first + index, name },
		// Until then it is listed, and behind that still there for a while (RFC 8216, 6.2.2).
		goneAt: Date.parse(begins) + lengthMs,
	}));
}

/** Samples of all fragments. */
function framesOf(segment: Buffer): number {
	return boxes(segment)
		.filter(({ type }) => type === "moof")
		.map(({ data }) => inside(data, "traf/trun").readUInt32BE(4))
		.reduce((sum, count) => sum + count, 0);
}

/** Undefined where it is answered that there is nothing yet, or any more: with `nothing`. */
function fetched(
	agent: Agent,
	url: string,
	nothing: 404 | 503,
): Promise<Buffer | undefined> {
	return new Promise((resolve, reject) => {
		get(url, { agent }, (response) => {
			const chunks: Buffer[] = [];
			response.on("data", (chunk: Buffer) => chunks.push(chunk));
			response.on("error", reject);
			response.on("end", () => {
				if (response.statusCode === 200) resolve(Buffer.concat(chunks));
				else if (response.statusCode === nothing) resolve(undefined);
				else reject(new Error(`${url}: ${response.statusCode}`));
			});
		}).on("error", reject);
	});
}
