import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { playWithoutLoss } from "../helpers/lost-datagrams.ts";
import { noIpv6 } from "../helpers/no-ipv6.ts";
import { runPlayer } from "../helpers/run.ts";
import { administrator } from "../helpers/service.ts";
import { toneOf } from "../helpers/tone.ts";
import { packetsIn, playTwoTracks } from "../helpers/two-tracks.ts";
import { Messages } from "../helpers/validate.ts";
import { DeviceUnderTest, trt, tt } from "./device-under-test.ts";
import { list, text } from "./tree.ts";

const messages = new Messages();
const profiles = [
	{ token: "main", encoding: "H264", width: 320, height: 240 },
	{ token: "jpeg", encoding: "JPEG", width: 320, height: 240 },
];
/** What the service's test source sounds like. */
const tone = 440;

const encodings = [
	{ encoding: "G711", codec: "pcm_mulaw", bitrate: "64", sampleRate: "8" },
	{ encoding: "AAC", codec: "aac", bitrate: "32", sampleRate: "16" },
] as const;
const transports = [
	{ protocol: "UDP", player: "udp" },
	{ protocol: "HTTP", player: "http" },
	{ protocol: "RTSP", player: "tcp" },
] as const;

/** By IP version: the cases of sound, and those of both, for each encoding in the order of `transports`. */
const versions = [
	{
		host: "127.0.0.1",
		name: "IPv4",
		sound: {
			G711: ["RTSS-2-1-19", "RTSS-2-1-20", "RTSS-2-1-21"],
			AAC: ["RTSS-2-1-25", "RTSS-2-1-26", "RTSS-2-1-27"],
		},
		both: {
			G711: ["RTSS-3-1-10", "RTSS-3-1-11", "RTSS-3-1-12"],
			AAC: ["RTSS-3-1-16", "RTSS-3-1-17", "RTSS-3-1-18"],
		},
	},
	{
		host: "::1",
		name: "IPv6",
		sound: {
			G711: ["RTSS-2-1-37", "RTSS-2-1-38", "RTSS-2-1-39"],
			AAC: ["RTSS-2-1-43", "RTSS-2-1-44", "RTSS-2-1-45"],
		},
		both: {
			G711: ["RTSS-3-1-19", "RTSS-3-1-20", "RTSS-3-1-21"],
			AAC: ["RTSS-3-1-25", "RTSS-3-1-26", "RTSS-3-1-27"],
		},
	},
] as const;

for (const { host, name, sound, both } of versions)
	describe(`sound over ${name}`, {
		skip: host === "::1" && noIpv6,
	}, () => {
		let device: DeviceUnderTest;
		before(async () => {
			const started = await DeviceUnderTest.start(messages, {
				config: {
					profiles,
					audio: { source: "test" },
					http: { port: 0, host },
					rtsp: { port: 0, host },
				},
			});
			const { service } = started;
			const shown = host.includes(":") ? `[${host}]` : host;
			const url = `http://${shown}:${service.http}`;
			device = new DeviceUnderTest({ ...service, url }, messages);
		});
		after(() => device.service.remove());

		async function setEncoding(wanted: (typeof encodings)[number]) {
			const [first] = list(
				(await device.ask(trt("GetAudioEncoderConfigurations"))).body,
				"Configurations",
			);
			const answer = await device.ask(
				trt("SetAudioEncoderConfiguration", [
					trt(
						"Configuration",
						[
							tt("Name", "Sound"),
							tt("UseCount", "0"),
							tt("Encoding", wanted.encoding),
							tt("Bitrate", wanted.bitrate),
							tt("SampleRate", wanted.sampleRate),
							tt("Multicast", [
								tt("Address", [
									tt("Type", "IPv4"),
									tt("IPv4Address", "0.0.0.0"),
								]),
								tt("Port", "0"),
								tt("TTL", "1"),
								tt("AutoStart", "false"),
							]),
							tt("SessionTimeout", "PT60S"),
						],
						{ token: text(first, "@token") },
					),
					trt("ForcePersistence", "false"),
				]),
			);
			assert.equal(answer.status, 200, answer.text);
		}

		async function streamUri(profile: string, protocol: string) {
			const { body } = await device.ask(
				trt("GetStreamUri", [
					trt("StreamSetup", [
						tt("Stream", "RTP-Unicast"),
						tt("Transport", [tt("Protocol", protocol)]),
					]),
					trt("ProfileToken", profile),
				]),
			);
			const url = new URL(text(body, "MediaUri", "Uri"));
			assert.equal(url.hostname, host.includes(":") ? `[${host}]` : host);
			// ffmpeg names a tunnel by an address of RTSP.
			return url.href.replace(
				/^\w+:\/\//,
				`rtsp://${administrator.name}:${encodeURIComponent(administrator.password)}@`,
			);
		}

		const player = (url: string, transport: string) =>
			[
				...["ffmpeg", "-v", "warning", "-nostdin"],
				...["-rtsp_transport", transport, "-i", url],
			] as const;
		const flawless = (stderr: string) =>
			assert.doesNotMatch(stderr, /error|missed|corrupt|concealing/i);

		for (const wanted of encodings)
			for (const [at, { protocol, player: by }] of transports.entries()) {
				const { encoding, codec, sampleRate } = wanted;
				test(`${sound[encoding][at]}: ${encoding} of a profile with video, by ${protocol}`, async () => {
					await setEncoding(wanted);
					const url = await streamUri("main", protocol);
					const rate = Number(sampleRate) * 1000;
					const [file, ...line] = player(url, by);
					const ran = await playWithoutLoss(() =>
						runPlayer(file, [
							...[...line, "-map", "0:a", "-frames:a", "30"],
							...["-f", "s16le", "-"],
						]),
					);
					assert.equal(ran.code, 0, ran.stderr);
					flawless(ran.stderr);
					const pcm = ran.stdout;
					assert.ok(pcm.length > rate, `${pcm.length} octets`);
					const heard = toneOf(pcm, rate);
					assert.ok(Math.abs(heard - tone) < 5, `${heard} Hz`);
				});

				test(`${both[encoding][at]}: video and ${encoding}, by ${protocol}`, async () => {
					await setEncoding(wanted);
					for (const profile of name === "IPv4" ? ["main", "jpeg"] : ["main"]) {
						const url = await streamUri(profile, protocol);
						const { pictures, sound, stderr } = await playWithoutLoss(() =>
							playTwoTracks(player(url, by), 12, { sound: "copy" }),
						);
						flawless(stderr);
						assert.match(sound, new RegExp(`^#codec_id 0: ${codec}$`, "m"));
						for (const told of [pictures, sound])
							assert.ok(packetsIn(told) >= 10, told);
					}
				});
			}

		test(`every answer over ${name} is as the schemas have it`, (t) =>
			messages.validate(t));
	});
