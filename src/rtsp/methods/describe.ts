import { SourceUnavailable } from "../../media/types.ts";
import {
	backchannelOf,
	backchannelTrack,
	wantsBackchannel,
} from "../backchannel.ts";
import type { Exchange, Success } from "../context.ts";
import { findPresentation, type Presentation } from "../presentation.ts";
import {
	type DescribedTrack,
	type SessionDescription,
	writeSdp,
} from "../sdp.ts";
import { Refusal } from "../status.ts";

/** RFC 2326, 10.2. */
export async function describe(exchange: Exchange): Promise<Success> {
	const { connection, request, target } = exchange;
	if (!acceptsSdp(request.headers.get("accept")))
		throw new Refusal(406, "client accepts no application/sdp");
	if (target === undefined) throw new Refusal(400, "* cannot be described");
	const presentation = presentationOf(exchange, target.profileToken);
	const body = writeSdp({
		name: presentation.name,
		sessionId: presentation.tracks[0]?.stream.ssrc ?? 0,
		localAddress: connection.localAddress.split("%")[0] ?? "",
		tracks: await describeTracks(presentation, target.multicast),
		talk: talkOf(exchange, presentation),
	});
	return {
		headers: [
			["Content-Type", "application/sdp"],
			["Content-Base", target.base],
			["Cache-Control", "no-cache"],
		],
		body,
	};
}

/** Only who requires it is told of it: others would take it for something to hear. */
function talkOf(
	exchange: Exchange,
	presentation: Presentation,
): SessionDescription["talk"] {
	const backchannel = wantsBackchannel(exchange)
		? backchannelOf(exchange, presentation)
		: undefined;
	return (
		backchannel && { trackId: backchannelTrack, formats: backchannel.formats }
	);
}

/** The profile's presentation. Refuses with 404. */
export function presentationOf(
	exchange: Exchange,
	profileToken: string,
): Presentation {
	const found = findPresentation(exchange.context.directory, profileToken);
	if (found === undefined)
		throw new Refusal(404, "no such profile, or it has no video encoder");
	return found;
}

/** The first track has to be there; of what goes with it, that which can be described. */
async function describeTracks(
	{ tracks }: Presentation,
	multicast: boolean,
): Promise<DescribedTrack[]> {
	const described = await Promise.all(
		tracks.map(async ({ stream, group }, trackId) => {
			try {
				const description = await stream.describe();
				return [{ trackId, description, group: multicast ? group : undefined }];
			} catch (error) {
				if (!(error instanceof SourceUnavailable)) throw error;
				if (trackId > 0) return [];
				throw new Refusal(503, error.message, [["Retry-After", "2"]]);
			}
		}),
	);
	return described.flat();
}

function acceptsSdp(accept: string | undefined): boolean {
	if (accept === undefined || accept.trim() === "") return true;
	return accept
		.split(",")
		.map((type) => type.split(";")[0]?.trim().toLowerCase())
		.some((type) =>
			["application/sdp", "application/*", "*/*", "*"].includes(type ?? ""),
		);
}
