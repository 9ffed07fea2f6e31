/** ONVIF's reference token: at most 64 characters. */
export type Token = string;

export type VideoEncoding = "H264" | "JPEG";
export type H264Profile = "Baseline" | "Main" | "High";

/** What can be captured from: one per camera in the machine. */
export interface VideoSource {
	readonly token: Token;
	/** Frames a second at which the source is captured. */
	readonly frameRate: number;
	/** Pixels of the captured picture. */
	readonly width: number;
	readonly height: number;
}

export interface VideoSourceConfiguration {
	readonly token: Token;
	readonly name: string;
	readonly sourceToken: Token;
	/** The part of the source's picture that is used, in its pixels. */
	readonly bounds: {
		readonly x: number;
		readonly y: number;
		readonly width: number;
		readonly height: number;
	};
}

/** Where a stream goes when it is multicast; 0.0.0.0 for nowhere. */
export interface Multicast {
	readonly address: string;
	readonly port: number;
	readonly ttl: number;
	readonly autoStart: boolean;
}

export interface VideoEncoderConfiguration {
	readonly token: Token;
	readonly name: string;
	readonly encoding: VideoEncoding;
	readonly width: number;
	readonly height: number;
	/** 1 (worst) to 100 (best); JPEG's quality, and for H.264 kept as told. */
	readonly quality: number;
	/** Frames a second. */
	readonly frameRate: number;
	/** Every n-th frame is encoded; 1 encodes all. */
	readonly encodingInterval: number;
	readonly bitrateKbit: number;
	/** Frames from one key frame to the next; H.264 only. */
	readonly govLength: number;
	readonly h264Profile: H264Profile;
	readonly multicast: Multicast;
	/** RTSP session timeout, seconds. */
	readonly sessionTimeout: number;
}

export type AudioEncoding = "G711" | "AAC";

/** What can be listened to: the camera's microphone, or what stands for one. */
export interface AudioSource {
	readonly token: Token;
	readonly channels: number;
}

export interface AudioSourceConfiguration {
	readonly token: Token;
	readonly name: string;
	readonly sourceToken: Token;
}

export interface AudioEncoderConfiguration {
	readonly token: Token;
	readonly name: string;
	/** G711 is mu-law (Media spec, `tt:AudioEncoding`). */
	readonly encoding: AudioEncoding;
	readonly bitrateKbit: number;
	readonly sampleRateKHz: number;
	readonly multicast: Multicast;
	/** RTSP session timeout, seconds. */
	readonly sessionTimeout: number;
}

/** What clients can be heard through: the camera's loudspeaker. */
export interface AudioOutput {
	readonly token: Token;
}

export interface AudioOutputConfiguration {
	readonly token: Token;
	readonly name: string;
	readonly outputToken: Token;
	/** Percent of full volume. */
	readonly outputLevel: number;
}

/** What is said may come in any encoding that there is a decoder for. */
export interface AudioDecoderConfiguration {
	readonly token: Token;
	readonly name: string;
}

export interface Profile {
	readonly token: Token;
	readonly name: string;
	/** A fixed profile is the configuration's: clients cannot delete it. */
	readonly fixed: boolean;
	readonly videoSourceConfiguration?: Token;
	readonly videoEncoderConfiguration?: Token;
	readonly audioSourceConfiguration?: Token;
	readonly audioEncoderConfiguration?: Token;
	readonly audioOutputConfiguration?: Token;
	readonly audioDecoderConfiguration?: Token;
}

export type DiscoveryMode = "Discoverable" | "NonDiscoverable";

export interface Scope {
	readonly item: string;
	/** Fixed scopes are the device's; clients cannot remove them. */
	readonly fixed: boolean;
}

/** What the device says of itself, unchanged from start to stop. */
export interface DeviceIdentity {
	readonly manufacturer: string;
	readonly model: string;
	readonly firmwareVersion: string;
	readonly serialNumber: string;
	readonly hardwareId: string;
	/** `urn:uuid:...`, the same after every restart. */
	readonly endpointReference: string;
}

/** Where an OSD lies in the picture (`tt:OSDPosConfiguration`). */
export type OSDPosConfiguration =
	| { readonly type: "UpperLeft" | "UpperRight" | "LowerLeft" | "LowerRight" }
	| {
			readonly type: "Custom";
			/** From -1 at the left and at the bottom to 1 at the right and at the top. */
			readonly pos: { readonly x: number; readonly y: number };
	  };

/** `tt:OSDTextConfiguration`'s, an example of each there. */
export type OSDDateFormat =
	| "M/d/yyyy"
	| "MM/dd/yyyy"
	| "dd/MM/yyyy"
	| "yyyy/MM/dd"
	| "yyyy-MM-dd"
	| "dddd, MMMM dd, yyyy"
	| "MMMM dd, yyyy"
	| "dd MMMM, yyyy";
export type OSDTimeFormat =
	| "h:mm:ss tt"
	| "hh:mm:ss tt"
	| "H:mm:ss"
	| "HH:mm:ss";

interface OSDTextLook {
	/** Points in a picture of 640 pixels' width; it grows with the picture. */
	readonly fontSize: number;
	/** `#rrggbb`. */
	readonly fontColor: string;
	/** `#rrggbb`; undefined for none. */
	readonly backgroundColor?: string | undefined;
}

/** What an OSD says (`tt:OSDTextConfiguration`). */
export type OSDTextConfiguration = OSDTextLook &
	(
		| { readonly type: "Plain"; readonly plainText: string }
		| { readonly type: "Date"; readonly dateFormat: OSDDateFormat }
		| { readonly type: "Time"; readonly timeFormat: OSDTimeFormat }
		| {
				readonly type: "DateAndTime";
				readonly dateFormat: OSDDateFormat;
				readonly timeFormat: OSDTimeFormat;
		  }
	);

/** Text that is drawn into the picture (`tt:OSDConfiguration` of type Text). */
export interface OSDConfiguration {
	readonly token: Token;
	readonly position: OSDPosConfiguration;
	readonly textString: OSDTextConfiguration;
}
