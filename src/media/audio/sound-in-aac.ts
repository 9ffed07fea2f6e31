import type { Stream, StreamDescription, Track } from "../types.ts";
import { lawOf } from "./g711.ts";

export interface DescribedStream {
	readonly stream: Stream;
	readonly description: StreamDescription;
}

/**
 * A profile's sound for those who take AAC alone: what is made of its G.711; else the sound itself, which may be
 * something that they do not take. Rejects with `SourceUnavailable`.
 */
export async function soundInAac({
	stream,
	aac,
}: Pick<Track, "stream" | "aac">): Promise<DescribedStream> {
	const description = await stream.describe();
	return aac && lawOf(description)
		? { stream: aac, description: await aac.describe() }
		: { stream, description };
}
