// A namespace import, so that the bundle takes only the builders that stand here.
import * as Type from "@sinclair/typebox";
import { Tls, TlsPort } from "./encryption.ts";
import { Hls } from "./hls.ts";
import { Multicast } from "./multicast.ts";
import { Rtsp, VideoFile } from "./other-sources.ts";
import { Test, V4l2 } from "./own-sources.ts";
import { PublicPort, PublicUrl, TrustedProxies } from "./public-address.ts";
import { Audio } from "./schema-audio.ts";
import { Osds } from "./schema-osd.ts";
import { Push } from "./schema-push.ts";
import { RtpOverTcp } from "./schema-rtp-over-tcp.ts";
import {
	closed,
	nonEmpty,
	oneOf,
	orNull,
	printable,
	Token,
	text,
} from "./schema-words.ts";

const Port = (port: number) =>
	Type.Integer({ minimum: 0, maximum: 65_535, default: port });

const Host = orNull(
	Type.String({ format: "ip", expects: "an IPv4 or IPv6 address" }),
);

export const userSchema = Type.Object(
	{
		name: Type.String({
			pattern: `^(?!.*:)${printable}{1,64}$`,
			expects: "1 to 64 characters without colon or control characters",
		}),
		password: Type.String({
			minLength: 1,
			maxLength: 128,
			pattern: `^${printable}*$`,
			expects:
				"text of 1 to 128 characters on one line (put a number in quotes)",
			secret: true,
		}),
		level: oneOf(["Administrator", "Operator", "User"]),
	},
	closed,
);

/** GStreamer's names, best first as `auto` takes them. */
const encoders = [
	"auto",
	"v4l2h264enc",
	"cedar_h264enc",
	"omxh264enc",
	"vah264enc",
	"vaapih264enc",
	"nvh264enc",
	"x264enc",
	"openh264enc",
] as const;

const Device = Type.String({
	pattern: `^/(?!.*,)${printable}{1,254}$`,
	expects: "an absolute path such as /dev/video10, without commas",
});

const Chain = Type.Object(
	{
		loopback: Device,
		camera: orNull(Device),
		direct: Type.Boolean({ default: false }),
		port: Type.Integer({ minimum: 1, maximum: 65_535, default: 8555 }),
	},
	closed,
);

/** The four things that no default can know stand first. */
export const profileSchema = Type.Object(
	{
		token: Token,
		encoding: oneOf(["H264", "JPEG"]),
		width: Type.Integer({ minimum: 16, maximum: 8192, multipleOf: 2 }),
		height: Type.Integer({ minimum: 16, maximum: 8192, multipleOf: 2 }),
		name: orNull(nonEmpty(64)),
		frameRate: Type.Integer({ minimum: 1, maximum: 60, default: 15 }),
		bitrateKbit: Type.Integer({ minimum: 64, maximum: 32_000, default: 2000 }),
		govLength: orNull(Type.Integer({ minimum: 1, maximum: 300 })),
		quality: Type.Integer({ minimum: 1, maximum: 100, default: 75 }),
		h264Profile: oneOf(["Baseline", "Main", "High"], { default: "Baseline" }),
		encoder: oneOf(encoders, { default: "auto" }),
		engine: oneOf(["gstreamer", "v4l2-chain"], { default: "gstreamer" }),
		chain: Type.Optional(Chain),
		audio: Type.Boolean({ default: true }),
		osd: Osds,
	},
	closed,
);

/** What a file of one camera may hold. */
const single = Type.Object(
	{
		stateDir: orNull(nonEmpty(1024, { expects: "a path" })),
		name: nonEmpty(64, { default: "onvifd camera" }),
		location: text(64, { default: "" }),
		device: Type.Object(
			{
				manufacturer: orNull(nonEmpty(64)),
				model: orNull(nonEmpty(64)),
				hardwareId: orNull(nonEmpty(64)),
				serialNumber: orNull(nonEmpty(64)),
				reboot: Type.Union([Type.Literal("service"), Type.Literal("host")], {
					default: "service",
				}),
			},
			closed,
		),
		interface: orNull(
			nonEmpty(15, { expects: "the name of a network interface" }),
		),
		http: Type.Object(
			{
				port: Port(8080),
				host: Host,
				publicUrl: PublicUrl,
				trustedProxies: TrustedProxies,
			},
			closed,
		),
		rtsp: Type.Object(
			{ port: Port(8554), host: Host, publicPort: PublicPort },
			closed,
		),
		https: TlsPort,
		rtsps: TlsPort,
		tls: Tls,
		users: Type.Array(userSchema, { maxItems: 32, default: [] }),
		auth: Type.Object(
			{
				passwordText: Type.Boolean({ default: false }),
				basic: oneOf(["never", "tls", "always"], { default: "never" }),
				clockSkewSeconds: Type.Integer({
					minimum: 1,
					maximum: 86_400,
					default: 300,
				}),
			},
			closed,
		),
		source: Type.Object(
			{
				test: Type.Optional(Test),
				v4l2: Type.Optional(V4l2),
				rtsp: Type.Optional(Rtsp),
				file: Type.Optional(VideoFile),
			},
			{ ...closed, default: { test: {} } },
		),
		audio: Audio,
		profiles: Type.Array(profileSchema, {
			minItems: 1,
			maxItems: 16,
			default: [
				{ token: "main", encoding: "H264", width: 1280, height: 720 },
				{
					token: "sub",
					encoding: "H264",
					width: 640,
					height: 360,
					frameRate: 15,
					bitrateKbit: 400,
				},
				{
					token: "jpeg",
					encoding: "JPEG",
					width: 640,
					height: 360,
					frameRate: 5,
				},
			],
		}),
		multicast: Multicast,
		push: Push,
		rtpOverTcp: RtpOverTcp,
		discovery: Type.Object(
			{
				wsDiscovery: Type.Boolean({ default: true }),
				mdns: Type.Boolean({ default: true }),
				interfaces: Type.Array(
					nonEmpty(15, { expects: "the name of a network interface" }),
					{
						maxItems: 32,
						default: [],
					},
				),
				mode: oneOf(["Discoverable", "NonDiscoverable"], {
					default: "Discoverable",
				}),
			},
			closed,
		),
		hls: Hls,
		log: Type.Object(
			{ level: oneOf(["info", "warn", "error"], { default: "info" }) },
			closed,
		),
	},
	closed,
);

const of = single.properties;

/** One of several cameras: what it has of its own; the rest is as the file says for all. */
const cameraSchema = Type.Object(
	{
		token: Type.String({
			pattern: "^[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}$",
			expects:
				"1 to 64 letters, digits, dots, hyphens or underscores, no dot first",
		}),
		name: Type.Optional(of.name),
		location: Type.Optional(of.location),
		device: Type.Optional(of.device),
		interface: Type.Optional(of.interface),
		http: Type.Optional(of.http),
		rtsp: Type.Optional(of.rtsp),
		https: Type.Optional(of.https),
		rtsps: Type.Optional(of.rtsps),
		source: Type.Optional(of.source),
		audio: Type.Optional(of.audio),
		profiles: Type.Optional(of.profiles),
		multicast: Type.Optional(of.multicast),
		push: Type.Optional(of.push),
		rtpOverTcp: Type.Optional(of.rtpOverTcp),
		discovery: Type.Optional(of.discovery),
		hls: Type.Optional(of.hls),
	},
	closed,
);

/** What the file may hold: type, defaults and checks in one. `default.yaml` is its manual. */
export const fileSchema = Type.Object(
	{
		...of,
		cameras: Type.Array(cameraSchema, { maxItems: 16, default: [] }),
	},
	closed,
);

/** The file as it was checked, with every default in its place. */
export type ConfigFile = Type.Static<typeof fileSchema>;
