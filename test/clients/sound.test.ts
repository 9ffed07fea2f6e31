import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { descendants } from "../helpers/children.ts";
import { playWithoutLoss } from "../helpers/lost-datagrams.ts";
import { until } from "../helpers/media.ts";
import { playToEnd } from "../helpers/rtspsrc.ts";
import { runPlayer } from "../helpers/run.ts";
import { type RunningService, startService } from "../helpers/service.ts";
import { packetsIn, playTwoTracks } from "../helpers/two-tracks.ts";

const profiles = [
	{ token: "main", encoding: "H264", width: 320, height: 240 },
	{ token: "jpeg", encoding: "JPEG", width: 320, height: 240 },
	{ token: "silent", encoding: "H264", width: 320, height: 240, audio: false },
];

interface Probed {
	readonly codec_name: string;
	readonly sample_rate?: string;
	readonly channels?: number;
}

async function streamsOf(url: string, transport: string): Promise<Probed[]> {
	const { code, stdout, stderr } = await runPlayer("ffprobe", [
		...["-v", "error", "-rtsp_transport", transport],
		...["-show_streams", "-of", "json", url],
	]);
	assert.equal(code, 0, stderr);
	return JSON.parse(stdout.toString()).streams;
}

/** Decodes both until enough of each came, however long that takes a busy machine. */
async function decode(url: string, transport: string) {
	const { pictures, sound, stderr } = await playWithoutLoss(() =>
		playTwoTracks(
			["ffmpeg", "-v", "warning", "-rtsp_transport", transport, "-i", url],
			20,
		),
	);
	assert.doesNotMatch(stderr, /error|missed|corrupt|concealing/i);
	return { pictures: packetsIn(pictures), sounds: packetsIn(sound) };
}

for (const [encoding, codec, rate] of [
	["G711", "pcm_mulaw", "8000"],
	["AAC", "aac", "16000"],
] as const)
	describe(`players hear ${encoding}`, () => {
		let service: RunningService;
		before(async () => {
			service = await startService({
				config: { profiles, audio: { source: "test", encoding } },
			});
		});
		after(() => service.remove());

		for (const transport of ["tcp", "udp"])
			for (const [profile, video] of [
				["main", "h264"],
				["jpeg", "mjpeg"],
			] as const)
				test(`ffprobe and ffmpeg, ${profile} over ${transport}`, async () => {
					const url = `${service.rtspUrl}/${profile}`;
					const [picture, sound, ...more] = await streamsOf(url, transport);
					assert.equal(picture?.codec_name, video);
					assert.deepEqual(
						[sound?.codec_name, sound?.sample_rate, sound?.channels],
						[codec, rate, 1],
					);
					assert.deepEqual(more, []);
					const { pictures, sounds } = await decode(url, transport);
					// ffmpeg may end with one that it has not written yet.
					assert.ok(pictures >= 19, `${pictures} pictures`);
					assert.ok(sounds >= 19, `${sounds} packets of sound`);
				});

		test("a silent profile has its picture only", async () => {
			const streams = await streamsOf(`${service.rtspUrl}/silent`, "tcp");
			assert.deepEqual(
				streams.map(({ codec_name }) => codec_name),
				["h264"],
			);
		});

		for (const protocol of ["tcp", "udp"])
			test(`GStreamer's rtspsrc plays both, over ${protocol}`, async () => {
				const url = new URL(`${service.rtspUrl}/main`);
				const login = [
					`user-id=${url.username}`,
					`user-pw=${decodeURIComponent(url.password)}`,
				];
				url.username = "";
				url.password = "";
				await playToEnd([
					...["name=camera", `location=${url}`, `protocols=${protocol}`],
					...login,
					..."camera. ! application/x-rtp,media=video ! decodebin ! identity eos-after=20 ! fakesink".split(
						" ",
					),
					..."camera. ! application/x-rtp,media=audio ! decodebin ! audioconvert ! identity eos-after=20 ! fakesink".split(
						" ",
					),
				]);
			});
	});

test("without its microphone a camera shows its picture, and says what is missing", async () => {
	const service = await startService({
		config: { profiles, audio: { source: "alsa", device: "hw:CARD=NoCard" } },
	});
	try {
		const url = `${service.rtspUrl}/main`;
		const { code, stdout, stderr } = await runPlayer("ffmpeg", [
			...["-v", "error", "-rtsp_transport", "tcp", "-i", url],
			...["-frames:v", "15", "-map", "0:v", "-f", "framecrc", "-"],
		]);
		assert.equal(code, 0, stderr);
		const pictures = stdout.toString().match(/^0,/gm)?.length ?? 0;
		assert.equal(pictures, 15);
		assert.match(
			service.stderr(),
			/no sound; the picture goes on .*ALSA device hw:CARD=NoCard is not there/,
		);
		await until(
			() => descendants(service.pid).length === 0,
			"nothing runs when nobody watches",
		);
	} finally {
		await service.remove();
	}
});
