import { noAudio } from "./audio.ts";
import { noAudioOutput } from "./audio-output.ts";
import {
	flag,
	type Guard,
	integer,
	list,
	number,
	object,
	oneOf,
	text,
} from "./shape.ts";
import type { CameraState } from "./state.ts";
import type {
	AudioDecoderConfiguration,
	AudioEncoderConfiguration,
	AudioOutputConfiguration,
	AudioSourceConfiguration,
	Multicast,
	Profile,
	VideoEncoderConfiguration,
	VideoSourceConfiguration,
} from "./types.ts";

/**
 * camera.json: what clients changed, beside what the owner's configuration said when it was written,
 * so that a later edit of the configuration can be told from a client's change.
 */
export interface StoredCamera {
	/** The state that followed from the owner's configuration alone. */
	readonly configured: CameraState;
	/** What clients made of it. */
	readonly current: CameraState;
}

const version = 1;
const token = text(1, 64);
const name = text(0, 256);

const multicast: Guard<Multicast> = object(
	{
		address: text(1, 64),
		port: integer(0),
		ttl: integer(0),
		autoStart: flag,
	},
	{},
);

const encoder: Guard<VideoEncoderConfiguration> = object(
	{
		token,
		name,
		encoding: oneOf("H264", "JPEG"),
		width: integer(1),
		height: integer(1),
		quality: number(0),
		frameRate: number(0),
		encodingInterval: integer(1),
		bitrateKbit: integer(0),
		govLength: integer(0),
		h264Profile: oneOf("Baseline", "Main", "High"),
		multicast,
		sessionTimeout: integer(1),
	},
	{},
);

const source: Guard<VideoSourceConfiguration> = object(
	{
		token,
		name,
		sourceToken: token,
		bounds: object(
			{ x: integer(0), y: integer(0), width: integer(0), height: integer(0) },
			{},
		),
	},
	{},
);

const audioSource: Guard<AudioSourceConfiguration> = object(
	{ token, name, sourceToken: token },
	{},
);

const audioEncoder: Guard<AudioEncoderConfiguration> = object(
	{
		token,
		name,
		encoding: oneOf("G711", "AAC"),
		bitrateKbit: integer(1),
		sampleRateKHz: integer(1),
		multicast,
		sessionTimeout: integer(1),
	},
	{},
);

const audioOutput: Guard<AudioOutputConfiguration> = object(
	{ token, name, outputToken: token, outputLevel: integer(0) },
	{},
);

const audioDecoder: Guard<AudioDecoderConfiguration> = object(
	{ token, name },
	{},
);

const profile: Guard<Profile> = object(
	{ token, name, fixed: flag },
	{
		videoSourceConfiguration: token,
		videoEncoderConfiguration: token,
		audioSourceConfiguration: token,
		audioEncoderConfiguration: token,
		audioOutputConfiguration: token,
		audioDecoderConfiguration: token,
	},
);

const state = object(
	{
		revision: integer(1),
		discoveryMode: oneOf("Discoverable", "NonDiscoverable"),
		configurableScopes: list(name, 64),
		profiles: list(profile, 256),
		videoSourceConfigurations: list(source, 256),
		videoEncoderConfigurations: list(encoder, 256),
	},
	// Files from before there was sound, or before one could talk, have none.
	{
		audioSourceConfigurations: list(audioSource, 256),
		audioEncoderConfigurations: list(audioEncoder, 256),
		audioOutputConfigurations: list(audioOutput, 256),
		audioDecoderConfigurations: list(audioDecoder, 256),
	},
);

const file = object(
	{ version: oneOf(version), configured: state, current: state },
	{},
);

export function formatStored({ configured, current }: StoredCamera): string {
	return `${JSON.stringify({ version, configured, current }, undefined, "\t")}\n`;
}

/** Throws an Error that names the place when the text is not what `formatStored` writes. */
export function parseStored(written: string): StoredCamera {
	const value: unknown = JSON.parse(written);
	if (!file(value, "")) throw new Error("not a camera's state");
	return {
		configured: { ...noAudio, ...noAudioOutput, ...value.configured },
		current: { ...noAudio, ...noAudioOutput, ...value.current },
	};
}
