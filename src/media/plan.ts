import type { CapturePlan, Plan, StreamPlan } from "./types.ts";

function equal(a: unknown, b: unknown): boolean {
	return JSON.stringify(a) === JSON.stringify(b);
}

export function sameCapture(a: CapturePlan, b: CapturePlan): boolean {
	return equal(a, b);
}

/** Whether an encoder can run on: names and limits that do not reach the picture may differ. */
export function sameStream(a: StreamPlan, b: StreamPlan): boolean {
	const picture = ({ encoder, h264Encoder, osds = [] }: StreamPlan) => ({
		...encoder,
		h264Encoder,
		osds,
		name: "",
		multicast: undefined,
		sessionTimeout: 0,
	});
	return equal(picture(a), picture(b));
}

/** What changed from one plan to the next, by stream token. */
export interface PlanChange {
	readonly added: readonly StreamPlan[];
	readonly changed: readonly StreamPlan[];
	/**
	 * Changed so that it is another stream: what was negotiated with its viewers holds no more, so that they are not to be
	 * sent what comes now (Media spec, SetVideoEncoderConfiguration). Players cannot follow another encoding.
	 */
	readonly reencoded: readonly StreamPlan[];
	readonly removed: readonly string[];
}

export function planChange(before: Plan | undefined, after: Plan): PlanChange {
	const old = new Map(before?.streams.map((stream) => [stream.token, stream]));
	const added: StreamPlan[] = [];
	const changed: StreamPlan[] = [];
	const reencoded: StreamPlan[] = [];
	const recaptured =
		before !== undefined && !sameCapture(before.capture, after.capture);
	for (const stream of after.streams) {
		const was = old.get(stream.token);
		old.delete(stream.token);
		if (!was) added.push(stream);
		else if (was.encoder.encoding !== stream.encoder.encoding)
			reencoded.push(stream);
		else if (recaptured || !sameStream(was, stream)) changed.push(stream);
	}
	return { added, changed, reencoded, removed: [...old.keys()] };
}
