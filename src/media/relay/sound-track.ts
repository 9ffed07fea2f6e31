import type {
	MediaDescription,
	MediaFormat,
	SessionDescription,
} from "../../rtsp-client/sdp.ts";
import { audioPayloadType } from "../formats/audio.ts";
import { isRtp } from "../rtp/packet.ts";
import type { RtpDescription } from "../types.ts";

/** The sound of a camera, as it comes. */
export interface SoundTrack {
	/** What to set up. */
	readonly media: MediaDescription;
	readonly payloadType: number;
	readonly description: RtpDescription & { readonly media: "audio" };
}

const firstDynamicType = 96;
/** What stands in our own SDP: the camera's words, as far as they are words. */
const parameter = /^[\x21-\x3a\x3c-\x7e]{1,256}$/;
const parameterName = /^[\w-]{1,64}$/;

function fmtpOf({ fmtp }: MediaFormat): string | undefined {
	const fit = [...fmtp].filter(
		([name, value]) => parameterName.test(name) && parameter.test(value),
	);
	return fit.length > 0
		? fit.map(([name, value]) => `${name}=${value}`).join(";")
		: undefined;
}

/** The first sound that the camera offers; undefined when there is none. */
export function findSound(
	description: SessionDescription,
): SoundTrack | undefined {
	for (const media of description.media) {
		const [format] = media.formats;
		if (media.type !== "audio" || !format) continue;
		const { payloadType, encodingName, clockRate, channels } = format;
		return {
			media,
			payloadType,
			description: {
				media: "audio",
				encodingName,
				payloadType: ours(payloadType),
				clockRate,
				// Players of AAC want to be told of one, too.
				channels:
					channels === 1 && payloadType < firstDynamicType
						? undefined
						: channels,
				fmtp: fmtpOf(format),
				bitrateKbit: undefined,
			},
		};
	}
	return undefined;
}

/** Whether a packet is this sound's; then it bears our payload type. */
export function takeSound(
	packet: Buffer,
	{ payloadType }: SoundTrack,
): boolean {
	if (!isRtp(packet)) return false;
	const second = packet.readUInt8(1);
	if ((second & 0x7f) !== payloadType) return false;
	packet.writeUInt8((second & 0x80) | ours(payloadType), 1);
	return true;
}

function ours(payloadType: number): number {
	return payloadType < firstDynamicType ? payloadType : audioPayloadType;
}
