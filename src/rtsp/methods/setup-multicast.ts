import { outgoingAt } from "../../media/send/outgoing.ts";
import type { GroupAddress, Track } from "../../media/types.ts";
import type { Exchange } from "../context.ts";
import { MulticastViewer } from "../multicast-viewer.ts";
import { ssrcParameter } from "../sender.ts";
import type { SessionTrack } from "../session.ts";
import { Refusal } from "../status.ts";
import type { OfferedTransport } from "../transport.ts";

type Offer = Extract<OfferedTransport, { readonly kind: "multicast" }>;

/**
 * A viewer at the group that the profile's configuration names, or that the client does; packets leave by the interface
 * that it came by. Refuses with 461.
 */
export async function openMulticast(
	{ context, connection }: Exchange,
	track: Track,
	offer: Offer,
	onEnd: (reason: string) => void,
): Promise<Pick<SessionTrack, "viewer" | "sender">> {
	const { multicast, log } = context;
	const group = chosen(track, offer);
	if (multicast === undefined || group === undefined)
		throw new Refusal(461, "multicast is not offered");
	const { address, port } = group;
	const { groups, network } = multicast;
	const via = outgoingAt(network, connection.localAddress);
	const failed = (error: unknown) => {
		const reason = error instanceof Error ? error.message : String(error);
		log.warn("RTP could not be sent to a group", { group: address, reason });
	};
	try {
		const lease = await groups.lease(track, group, via, { end: onEnd, failed });
		const place = `destination=${address};source=${lease.source};port=${port}-${port + 1};ttl=${lease.ttl}`;
		return {
			viewer: new MulticastViewer(lease),
			sender: {
				kind: "multicast",
				delivered: undefined,
				transport: (ssrc) =>
					`RTP/AVP;multicast;${place};${ssrcParameter(ssrc)}`,
			},
		};
	} catch (error) {
		failed(error);
		throw new Refusal(461, `the group ${address} cannot be sent to`);
	}
}

function chosen(
	{ group }: Track,
	{ address = group?.address, port = group?.port }: Offer,
): GroupAddress | undefined {
	if (address === undefined || port === undefined) return undefined;
	return { address, port, ttl: group?.ttl ?? 1 };
}
