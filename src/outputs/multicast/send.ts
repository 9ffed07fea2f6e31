import type { GroupLease, Groups } from "../../media/send/groups.ts";
import type { OutgoingInterface } from "../../media/send/udp-way.ts";
import type { GroupAddress, Track } from "../../media/types.ts";
import { aborted } from "../../system/timer.ts";
import { type Attempt, PushFailed } from "../push/types.ts";

/** How often is looked whether the first frame has left. */
const lookMs = 500;
/** Without any for so long the camera gives none, and whoever looks is told. */
const noFrameMs = 15_000;

/** Sends a stream to a group until the attempt is over. Rejects with `PushFailed`. */
export async function sendToGroup(
	groups: Groups,
	track: Track | undefined,
	{
		group,
		via,
		attempt,
	}: {
		readonly group: GroupAddress;
		readonly via: OutgoingInterface;
		readonly attempt: Attempt;
	},
): Promise<void> {
	if (track === undefined) throw new PushFailed("there is no such stream now");
	const { promise, fail } = failure();
	const lease = await leased(groups, track, { group, via, fail });
	const none = setTimeout(
		() => fail("the camera gives no picture"),
		noFrameMs,
	).unref();
	const look = setInterval(() => {
		if (lease.position === undefined) return;
		clearTimeout(none);
		clearInterval(look);
		attempt.sending();
	}, lookMs).unref();
	try {
		if (attempt.signal.aborted) return;
		lease.start();
		await Promise.race([aborted(attempt.signal), promise]);
	} finally {
		clearTimeout(none);
		clearInterval(look);
		lease.release();
	}
}

function failure() {
	let fail: (reason: string) => void = () => {};
	const promise = new Promise<never>((_resolve, reject) => {
		fail = (reason) => reject(new PushFailed(reason));
	});
	// It may fail before anybody waits for it.
	promise.catch(() => {});
	return { promise, fail };
}

async function leased(
	groups: Groups,
	track: Track,
	{
		group,
		via,
		fail,
	}: {
		readonly group: GroupAddress;
		readonly via: OutgoingInterface;
		readonly fail: (reason: string) => void;
	},
): Promise<GroupLease> {
	try {
		return await groups.lease(track, group, via, {
			end: fail,
			failed: (error) => fail(error.message),
		});
	} catch (error) {
		throw new PushFailed(error instanceof Error ? error.message : `${error}`);
	}
}
