import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { Agent, get } from "node:https";
import { boxes, inside } from "../media/mp4/boxes.ts";

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
	while (had.size < segments) {
		const now = listed(await fetched(agent, url));
		const last = Math.max(...had.keys());
		if (had.size > 0 && (now[0]?.number ?? 0) > last + 1) {
			had.clear();
			frames = 0;
			restarts++;
		}
		for (const { number, name } of now) {
			if (had.has(number) || had.size === segments) continue;
			const data = await fetched(agent, new URL(name, url).href);
			const hash = createHash("sha256").update(data).digest("hex");
			const count = known.get(hash) ?? framesOf(data);
			known.set(hash, count);
			had.set(number, hash);
			frames += count;
		}
		// As players do: the playlist is asked for once in a target duration (RFC 8216, 6.3.4).
		await new Promise((next) => setTimeout(next, 1000));
	}
	return { segments: had, frames, restarts };
}

/** The whole segments that a playlist lists. */
function listed(playlist: Buffer): { number: number; name: string }[] {
	const text = playlist.toString();
	const first = Number(/^#EXT-X-MEDIA-SEQUENCE:(\d+)$/m.exec(text)?.[1]);
	return text
		.split("\n")
		.filter((line) => line !== "" && !line.startsWith("#"))
		.map((name, index) => ({ number: first + index, name }));
}

/** Samples of all fragments. */
function framesOf(segment: Buffer): number {
	return boxes(segment)
		.filter(({ type }) => type === "moof")
		.map(({ data }) => inside(data, "traf/trun").readUInt32BE(4))
		.reduce((sum, count) => sum + count, 0);
}

function fetched(agent: Agent, url: string): Promise<Buffer> {
	return new Promise((resolve, reject) => {
		get(url, { agent }, (response) => {
			const chunks: Buffer[] = [];
			response.on("data", (chunk: Buffer) => chunks.push(chunk));
			response.on("error", reject);
			response.on("end", () => {
				if (response.statusCode === 200) resolve(Buffer.concat(chunks));
				else reject(new Error(`${url}: ${response.statusCode}`));
			});
		}).on("error", reject);
	});
}
