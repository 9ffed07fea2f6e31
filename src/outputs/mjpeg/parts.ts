import { jpegSegments } from "../../media/rtp/jpeg.ts";
import { payloadType } from "../../media/rtp/packet.ts";
import type { Frame } from "../../media/types.ts";

const boundary = "onvifd-picture";
/** RFC 3551, table 5. */
const jpegPayloadType = 26;

export const contentType = `multipart/x-mixed-replace; boundary=${boundary}`;
/** What comes before the first part. */
export const opening = Buffer.from(`--${boundary}\r\n`);
const closing = Buffer.from(`\r\n--${boundary}\r\n`);

const made = new WeakMap<Frame, Buffer>();

/**
 * A frame as one part of `multipart/x-mixed-replace`, made once however many watch; undefined when it is no JPEG that
 * can be shown alone. The boundary of the next part stands at its end: Chromium shows a picture when it sees that, and
 * would be one late.
 */
export function partOf(frame: Frame): Buffer | undefined {
	const known = made.get(frame);
	if (known) return known;
	const segments = segmentsOf(frame);
	if (!segments) return undefined;
	const length = segments.reduce((sum, segment) => sum + segment.length, 0);
	const head = `Content-Type: image/jpeg\r\nContent-Length: ${length}\r\n\r\n`;
	const part = Buffer.concat([Buffer.from(head), ...segments, closing]);
	made.set(frame, part);
	return part;
}

function segmentsOf(frame: Frame): readonly Buffer[] | undefined {
	const [first = 0] = frame.packets;
	if (payloadType(frame.interleaved.subarray(first)) !== jpegPayloadType)
		return undefined;
	try {
		return jpegSegments(frame);
	} catch {
		// Another camera's, passed on as it came.
		return undefined;
	}
}
