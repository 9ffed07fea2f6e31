import type {
	AudioEncoding,
	DeviceIdentity,
	DiscoveryMode,
	H264Profile,
	Token,
	VideoEncoding,
	VideoSource,
} from "./types.ts";

/** A ready profile as the owner of the camera wrote it down; it comes with an encoder configuration of its own. */
export interface ProfileSettings {
	readonly token: Token;
	readonly name: string;
	readonly encoding: VideoEncoding;
	readonly width: number;
	readonly height: number;
	/** Frames a second. */
	readonly frameRate: number;
	readonly bitrateKbit: number;
	readonly govLength: number;
	/** 1 (worst) to 100 (best). */
	readonly quality: number;
	readonly h264Profile: H264Profile;
	/** Whether it carries the camera's sound; it does when not told. */
	readonly audio?: boolean | undefined;
	/** Of an engine that makes less than the camera's limits say, or other sizes. */
	readonly offer?: ProfileOffer | undefined;
}

/** The sound that the camera has, as its owner wrote it down. */
export interface AudioSettings {
	readonly channels: number;
	readonly encoding: AudioEncoding;
	readonly bitrateKbit: number;
	readonly sampleRateKHz: number;
	/** It is another camera's, passed on as that encodes it: there is nothing to choose. */
	readonly fixed?: boolean | undefined;
	/** What nothing here encodes: not offered to clients. What is configured stays either way. */
	readonly notEncoded?: readonly AudioEncoding[] | undefined;
}

/** Both ends belong to it. */
export interface Range {
	readonly min: number;
	readonly max: number;
}

/** What the engine can encode, whatever the source. */
export interface EncoderLimits {
	readonly encodings: readonly VideoEncoding[];
	readonly h264Profiles: readonly H264Profile[];
	readonly bitrateKbit: Range;
	readonly govLength: Range;
	readonly encodingInterval: Range;
	readonly quality: Range;
	/** The longest side of JPEG pictures, pixels; any when not told. */
	readonly jpegSide?: number | undefined;
	/** RTSP session timeout, seconds. */
	readonly sessionTimeout: Range;
	/** The engine can send to a multicast group without being asked over RTSP. */
	readonly multicast: boolean;
}

export const defaultEncoderLimits: EncoderLimits = {
	encodings: ["JPEG", "H264"],
	h264Profiles: ["Baseline", "Main", "High"],
	bitrateKbit: { min: 64, max: 32_000 },
	govLength: { min: 1, max: 300 },
	encodingInterval: { min: 1, max: 1 },
	quality: { min: 1, max: 100 },
	sessionTimeout: { min: 10, max: 3600 },
	multicast: true,
};

export type OnlySizes = ReadonlyMap<
	VideoEncoding,
	readonly { readonly width: number; readonly height: number }[]
>;

/** What the source's device offers by itself. */
export interface SourceOffer {
	/** Pixels, none larger than the source's picture. */
	readonly sizes: readonly {
		readonly width: number;
		readonly height: number;
	}[];
	/** The most pictures a second in the source's size; undefined when the device does not say. */
	readonly frameRate: number | undefined;
}

/** What the engine of one profile makes, in place of what holds for the camera. It does not scale. */
export interface ProfileOffer {
	readonly limits: EncoderLimits;
	/** Of the device that it reads; undefined when that could not be asked: then the profile's own size is all. */
	readonly source: SourceOffer | undefined;
}

/** Everything that the camera model needs to know; nothing of it changes while it lives. */
export interface CameraSettings {
	readonly name: string;
	/** Where it hangs, for the location scope; free text, "" for unknown. */
	readonly location?: string | undefined;
	/** Until a client changes it; Discoverable when not told. */
	readonly discoveryMode?: DiscoveryMode | undefined;
	/** `aa:bb:cc:dd:ee:ff`, for the MAC scope. */
	readonly mac?: string | undefined;
	readonly identity: DeviceIdentity;
	readonly videoSource: VideoSource;
	/** What the device was found to do, when it was there to be asked. */
	readonly offer?: SourceOffer | undefined;
	/** Undefined for a camera without microphone. */
	readonly audio?: AudioSettings | undefined;
	/** It has a loudspeaker that clients may talk through. */
	readonly audioOutput?: boolean | undefined;
	/** The ready profiles, at least one. */
	readonly profiles: readonly ProfileSettings[];
	readonly limits: EncoderLimits;
	/**
	 * Encodings that are not offered to clients in all sizes, but in these: nothing here encodes them, and the
	 * camera gives them by itself. No sizes: not offered at all. A configured profile keeps its encoding either way.
	 */
	readonly onlySizes?: OnlySizes | undefined;
	/** Ready and created profiles together, at least; room for one created profile is always there (Media spec, CreateProfile). */
	readonly maximumProfiles: number;
}
