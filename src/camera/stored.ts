import { type Static, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import type { CameraState } from "./state.ts";

/**
 * camera.json: what clients changed, beside what the owner's configuration said when it was written,
 * so that a later edit of the configuration can be told from a client's change.
 */
const version = 1;

const token = Type.String({ minLength: 1, maxLength: 64 });
const count = Type.Integer({ minimum: 0 });
const strict = { additionalProperties: false };

const encoderSchema = Type.Object(
	{
		token,
		name: Type.String(),
		encoding: Type.Union([Type.Literal("H264"), Type.Literal("JPEG")]),
		width: count,
		height: count,
		quality: Type.Number(),
		frameRate: Type.Number({ exclusiveMinimum: 0 }),
		encodingInterval: Type.Integer({ minimum: 1 }),
		bitrateKbit: count,
		govLength: count,
		h264Profile: Type.Union([
			Type.Literal("Baseline"),
			Type.Literal("Main"),
			Type.Literal("High"),
		]),
		multicast: Type.Object(
			{
				address: Type.String(),
				port: count,
				ttl: count,
				autoStart: Type.Boolean(),
			},
			strict,
		),
		sessionTimeout: Type.Integer({ minimum: 1 }),
	},
	strict,
);

const sourceConfigurationSchema = Type.Object(
	{
		token,
		name: Type.String(),
		sourceToken: token,
		bounds: Type.Object(
			{
				x: Type.Integer(),
				y: Type.Integer(),
				width: count,
				height: count,
			},
			strict,
		),
	},
	strict,
);

const profileSchema = Type.Object(
	{
		token,
		name: Type.String(),
		fixed: Type.Boolean(),
		videoSourceConfiguration: Type.Optional(token),
		videoEncoderConfiguration: Type.Optional(token),
	},
	strict,
);

const stateSchema = Type.Object(
	{
		revision: Type.Integer({ minimum: 1 }),
		discoveryMode: Type.Union([
			Type.Literal("Discoverable"),
			Type.Literal("NonDiscoverable"),
		]),
		configurableScopes: Type.Array(Type.String(), { maxItems: 64 }),
		profiles: Type.Array(profileSchema, { maxItems: 256 }),
		videoSourceConfigurations: Type.Array(sourceConfigurationSchema, {
			maxItems: 256,
		}),
		videoEncoderConfigurations: Type.Array(encoderSchema, { maxItems: 256 }),
	},
	strict,
);

const fileSchema = Type.Object(
	{
		version: Type.Literal(version),
		configured: stateSchema,
		current: stateSchema,
	},
	strict,
);

export interface StoredCamera {
	/** The state that followed from the owner's configuration alone. */
	readonly configured: CameraState;
	/** What clients made of it. */
	readonly current: CameraState;
}

export function formatStored({ configured, current }: StoredCamera): string {
	const file: Static<typeof fileSchema> = {
		version,
		configured: mutable(configured),
		current: mutable(current),
	};
	return `${JSON.stringify(file, undefined, "\t")}\n`;
}

/** Throws an Error that names the place when the text is not what `formatStored` writes. */
export function parseStored(text: string): StoredCamera {
	const file: unknown = JSON.parse(text);
	if (Value.Check(fileSchema, file)) return file;
	const first = Value.Errors(fileSchema, file).First();
	throw new Error(`${first?.path || "/"}: ${first?.message ?? "unexpected"}`);
}

function mutable(state: CameraState): Static<typeof stateSchema> {
	return {
		...state,
		configurableScopes: [...state.configurableScopes],
		profiles: [...state.profiles],
		videoSourceConfigurations: [...state.videoSourceConfigurations],
		videoEncoderConfigurations: [...state.videoEncoderConfigurations],
	};
}
