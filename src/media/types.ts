import type {
	AudioEncoderConfiguration,
	OSDConfiguration,
	VideoEncoderConfiguration,
} from "../camera/types.ts";
import type { CompressedWish } from "../system/capture-mode.ts";
import type { SensorChoice } from "../system/sensor-setup.ts";
import type { H264Encoder } from "./gstreamer/h264-encoders.ts";

/** Where pictures come from. */
export type MediaSource =
	| { readonly kind: "test"; readonly pattern: string; readonly clock: boolean }
	| {
			readonly kind: "v4l2";
			readonly device: string;
			/** The pictures to take from it; undefined for the best. */
			readonly format?: "raw" | "jpeg" | "h264" | undefined;
			/** The sensor behind the device, where a media controller is to be set up; what is null is found out. */
			readonly mediaController?: SensorChoice;
	  }
	| { readonly kind: "file"; readonly path: string }
	| RtspSource;

/** Another camera. */
export interface RtspSource {
	readonly kind: "rtsp";
	/** May hold user and password. */
	readonly url: string;
	readonly transport: "tcp" | "udp";
	/** Null: as the address says. */
	readonly user: string | null;
	readonly password: string | null;
	/** `rtsps://`: its certificate must be one that this host trusts. */
	readonly verifyCertificate: boolean;
	/** The name under which RTSP gives its video as it is; null: under none. */
	readonly original: string | null;
	/** Its sound is wanted too. */
	readonly sound?: boolean;
	/** A profile of the camera's encoding and size gets its video untouched. */
	readonly passThrough: boolean;
}

/** v4l2compress, v4l2loopback and v4l2rtspserver in the place of our own capture and encoder. */
export interface ChainPlan {
	/** The V4L2 device that v4l2compress reads. */
	readonly camera: string;
	/** The sensor behind it, as the owner knows it; what is left out is found out. */
	readonly mediaController?: SensorChoice | undefined;
	/** The device of v4l2loopback that it writes to and v4l2rtspserver reads. */
	readonly loopback: string;
	/** Clients are sent to v4l2rtspserver itself, at this port; then it always runs. */
	readonly direct?: { readonly port: number } | undefined;
}

/** One encoder's worth of media: what the plan wants to exist while somebody watches. */
export interface StreamPlan {
	/** The video encoder configuration's token names its stream. */
	readonly token: string;
	readonly encoder: VideoEncoderConfiguration;
	/** The H.264 encoder that the owner wants; undefined for the best that works. */
	readonly h264Encoder?: H264Encoder | undefined;
	/** The owner wants this stream from a chain. */
	readonly chain?: ChainPlan | undefined;
	/** Drawn into its pictures. */
	readonly osds?: readonly OSDConfiguration[] | undefined;
}

export interface CapturePlan {
	readonly source: MediaSource;
	readonly width: number;
	readonly height: number;
	readonly frameRate: number;
	/** Which of the camera's own pictures may be taken; made out by the engine. */
	readonly compressed?: CompressedWish;
}

/** Where sound comes from: a tone, a microphone of this machine, or the camera that is the source of the pictures. */
export type AudioInput =
	| { readonly kind: "test" }
	| {
			readonly kind: "alsa";
			/** ALSA's name of it. */
			readonly device: string;
	  }
	| { readonly kind: "camera" };

export interface AudioStreamPlan {
	/** The audio encoder configuration's token names its stream. */
	readonly token: string;
	readonly encoder: AudioEncoderConfiguration;
}

export interface AudioPlan {
	readonly input: AudioInput;
	readonly streams: readonly AudioStreamPlan[];
}

/** Which media should exist, with which settings. */
export interface Plan {
	readonly capture: CapturePlan;
	readonly streams: readonly StreamPlan[];
	/** Undefined for a camera without microphone. */
	readonly audio?: AudioPlan | undefined;
}

/** Turns a plan into media. `apply` is idempotent: a stream whose plan did not change keeps running. */
export interface Engine {
	apply(plan: Plan): void;
	/** Stops every child; resolves when all are gone. */
	stop(): Promise<void>;
}

/**
 * One encoded frame (a picture, or one packet of sound) as RTP, shared by all outputs: never to be written to.
 * `interleaved` holds its packets one after the other, each behind its RTSP interleaved header
 * `$ 00 length` (RFC 2326, 10.12) for channel 0, so that one write serves a viewer over TCP.
 */
export interface Frame {
	readonly interleaved: Buffer;
	/** For each packet, the offset of its RTP header in `interleaved`; it ends at the next one's offset less 4, or at the end. */
	readonly packets: readonly number[];
	/** A decoder can start here. */
	readonly key: boolean;
	readonly rtpTimestamp: number;
	/** RTP sequence number of the first packet. */
	readonly sequenceNumber: number;
	/** Payload octets, RTP headers not counted: what RTCP sender reports add up. */
	readonly payloadOctets: number;
}

export type TrackMedia = "video" | "audio" | "application";

/** What SDP says of any RTP stream. */
export interface RtpDescription {
	readonly media: TrackMedia;
	/** As `a=rtpmap` names it. */
	readonly encodingName: string;
	readonly payloadType: number;
	/** RTP ticks a second. */
	readonly clockRate: number;
	/** Of sound; undefined for one, and for all else (RFC 4566, 6). */
	readonly channels: number | undefined;
	/** The `a=fmtp` parameters behind the payload type; undefined for none. */
	readonly fmtp: string | undefined;
	/** Kilobits a second at most, for `b=AS`; undefined when nothing bounds it. */
	readonly bitrateKbit: number | undefined;
}

export interface VideoDescription extends RtpDescription {
	readonly media: "video";
	/** Pixels; 0 where another camera's own video does not say. */
	readonly width: number;
	readonly height: number;
	/** Frames a second; 0 likewise. */
	readonly frameRate: number;
}

/** What SDP says of a stream. */
export type StreamDescription =
	| VideoDescription
	| (RtpDescription & { readonly media: Exclude<TrackMedia, "video"> });

/** A place in an RTP stream: what RTSP's RTP-Info says (RFC 2326, 12.33). */
export interface StartPoint {
	readonly sequenceNumber: number;
	readonly rtpTimestamp: number;
}

/** Whoever takes frames. `frame` must not block and must not throw. */
export interface Output {
	frame(frame: Frame): void;
	/** The stream will give no more frames (its configuration was removed). */
	end(reason: string): void;
}

export interface Attachment {
	/** Idempotent. The last one to leave lets the encoder stop after its grace period. */
	detach(): void;
	/**
	 * The frames from the latest key frame on, oldest first, to be sent before the first live one;
	 * their timestamps are real. Empty when none is cached: a live key frame comes first then.
	 */
	readonly backlog: readonly Frame[];
}

/** What RTSP needs to write sender reports (RFC 3550, 6.4.1). */
export interface StreamClock {
	/** RTP timestamp that the stream's clock shows at wall-clock time `now` (ms since 1970). */
	rtpTimestampAt(now: number): number;
}

/** One encoded stream, shared by all who watch it. SSRC, sequence numbers and timestamps go on when its encoder restarts. */
export interface Stream extends StreamClock {
	readonly token: string;
	readonly ssrc: number;
	/** Where the next frame will be, as far as can be told. */
	readonly next: StartPoint;
	/** Starts the encoder if only its frames can tell. Rejects with `SourceUnavailable` when no key frame comes within the time limit. */
	describe(): Promise<StreamDescription>;
	/** Frames arrive from the next one on; attaching starts the encoder if it sleeps. */
	attach(output: Output): Attachment;
	/** Asks the encoder for a key frame soon; rate-limited, a no-op while nothing runs. */
	requestKeyFrame(): void;
	/** How many are attached. */
	readonly viewers: number;
	/** How many frames have come since the service started: two looks at it tell the rate. */
	readonly frames: number;
	/** Why it gives no picture though somebody watches, or would give none; undefined when all is well as far as is known. */
	readonly trouble: string | undefined;
}

/** The source gives no picture: RTSP answers 503, HTTP 503, ONVIF a Receiver fault. */
export class SourceUnavailable extends Error {
	override readonly name = "SourceUnavailable";
}

/** A multicast group. */
export interface GroupAddress {
	/** Numeric, without zone. */
	readonly address: string;
	/** Of RTP; RTCP is on the next. */
	readonly port: number;
	/** Routers that a packet may cross, 0 to 255. */
	readonly ttl: number;
}

/** One medium of a profile. */
export interface Track {
	/** Where it goes when it is multicast; undefined for nowhere. */
	readonly group?: GroupAddress | undefined;
	readonly media: TrackMedia;
	readonly stream: Stream;
	/** The same sound in AAC, where it is G.711: `soundInAac` knows which to take. */
	readonly aac?: Stream | undefined;
}

/** Where sound goes: a loudspeaker of this machine, nowhere, or a file in WAVE format. */
export type AudioSink =
	| {
			readonly kind: "alsa";
			/** ALSA's name of it. */
			readonly device: string;
	  }
	| { readonly kind: "test" }
	| {
			readonly kind: "file";
			/** Absolute. */
			readonly path: string;
	  };

/** The way from clients to the camera's loudspeaker (ONVIF Streaming, "Back channel connection"). */
export interface Backchannel {
	/** What may be sent; each has a payload type of its own. */
	readonly formats: readonly RtpDescription[];
	/** Somebody is heard: nobody else is until they have been silent for a while. */
	readonly busy: boolean;
	/** A place to talk from; `client` is for the log. */
	open(client: string): Talk;
}

/** One client's place at a backchannel. */
export interface Talk {
	/** An RTP packet of the client's. It is not heard while another talks, nor in a format that is not offered. */
	packet(packet: Buffer): void;
	/** Idempotent. */
	close(): void;
}

/** A profile that can be watched. */
export interface WatchedProfile {
	readonly name: string;
	/** Seconds. */
	readonly sessionTimeout: number;
	/** The video, and behind it what goes with it: sound, metadata. The place in the list is RTSP's `trackID`. */
	readonly tracks: readonly Track[];
	/** Undefined where nobody can talk. */
	readonly backchannel?: Backchannel | undefined;
}

/** What RTSP and the HTTP outputs see of the camera: profiles that can be watched. */
export interface StreamDirectory {
	/** By the profile's token; undefined when there is none such, or it has no video encoder. */
	find(profileToken: string): WatchedProfile | undefined;
}
