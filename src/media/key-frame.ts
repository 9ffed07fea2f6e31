import { type Frame, SourceUnavailable, type Stream } from "./types.ts";

const limitMs = 9000;

/** A stream's latest key frame, or its first: the stream is started for it if it sleeps. Rejects with `SourceUnavailable`. */
export async function keyFrameOf(stream: Stream): Promise<Frame> {
	let settle: (frame: Frame | undefined, reason: string) => void = () => {};
	const came = new Promise<Frame>((resolve, reject) => {
		settle = (frame, reason) =>
			frame ? resolve(frame) : reject(new SourceUnavailable(reason));
	});
	const timer = setTimeout(
		() => settle(undefined, "no key frame came in time"),
		limitMs,
	);
	const { backlog, detach } = stream.attach({
		frame(frame) {
			if (frame.key) settle(frame, "");
		},
		end: (reason) => settle(undefined, reason),
	});
	if (backlog[0]) settle(backlog[0], "");
	try {
		return await came;
	} finally {
		clearTimeout(timer);
		detach();
	}
}
