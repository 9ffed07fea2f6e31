import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { type TestContext, test } from "node:test";
import { descendants } from "../../helpers/children.ts";
import { until } from "../../helpers/media.ts";
import { run, runPlayer } from "../../helpers/run.ts";
import {
	administrator,
	type RunningService,
	startService,
} from "../../helpers/service.ts";
import { NginxRtmp, tlsInFrontOf, withoutNginxRtmp } from "./rtmp-server.ts";

const key = "aS3cret-key";

const profile = {
	...{ token: "main", encoding: "H264", width: 320, height: 240 },
	...{ frameRate: 10, govLength: 10 },
};

async function pushing(
	t: TestContext,
	config: Readonly<Record<string, unknown>>,
	env: Readonly<Record<string, string>> = {},
): Promise<RunningService> {
	const service = await startService({
		env,
		config: { audio: { source: "none" }, profiles: [profile], ...config },
	});
	t.after(() => service.remove());
	return service;
}

async function status(service: RunningService) {
	const { stdout } = await run("curl", [
		...["-s", "--digest", "-u"],
		`${administrator.name}:${administrator.password}`,
		`${service.url}/push`,
	]);
	const [push] = JSON.parse(stdout.toString());
	return push;
}

const becomes = (service: RunningService, state: string) =>
	until(
		async () => (await status(service)).state === state,
		`the push is ${state}`,
	);

/** What ffmpeg reads back: grey pictures of the profile's size. */
async function readBack(nginx: NginxRtmp, frames: number): Promise<void> {
	const { code, stdout, stderr } = await runPlayer("ffmpeg", [
		...["-v", "error", "-i", `${nginx.url}/live/${key}`],
		...["-map", "0:v", "-frames:v", String(frames), "-f", "rawvideo"],
		...["-pix_fmt", "gray", "-"],
	]);
	assert.equal(code, 0, stderr);
	assert.equal(stderr, "");
	assert.equal(stdout.length, frames * 320 * 240);
}

/** Of the service and its children: others on this machine may well name the key. */
function commandLines({ pid }: RunningService): string {
	return [
		readFileSync(`/proc/${pid}/cmdline`, "utf8"),
		...descendants(pid).map(({ commandLine }) => commandLine),
	].join("\n");
}

for (const [encoding, rate] of [
	["AAC", 16_000],
	["G711", 48_000],
] as const)
	test(`a profile with sound in ${encoding} at nginx, read back by ffmpeg; the key stays ours`, {
		skip: withoutNginxRtmp,
	}, async (t) => {
		const nginx = await NginxRtmp.create(t, key);
		await nginx.start();
		const service = await pushing(t, {
			audio: { source: "test", encoding },
			push: [{ profile: "main", url: `${nginx.url}/live/${key}` }],
		});
		await becomes(service, "sending");
		assert.ok(!commandLines(service).includes(key));
		assert.equal(
			(await status(service)).url,
			nginx.url,
			"neither application nor key",
		);
		await readBack(nginx, 20);
		const { stdout, stderr } = await run("ffprobe", [
			...["-v", "error", "-show_entries", "packet=codec_type,pts_time"],
			...["-show_entries", "stream=codec_name,width,height,sample_rate"],
			...["-read_intervals", "%+3", "-of", "compact=p=0"],
			`${nginx.url}/live/${key}`,
		]);
		const lines = stdout.toString().trim().split("\n");
		assert.equal(stderr, "");
		assert.ok(
			lines.includes("codec_name=h264|width=320|height=240"),
			`${lines}`,
		);
		assert.ok(
			lines.some((line) =>
				line.startsWith(`codec_name=aac|sample_rate=${rate}`),
			),
			`${lines}`,
		);
		const times = (type: string) =>
			lines.flatMap(
				(line) =>
					Number(
						new RegExp(`^codec_type=${type}\\|pts_time=(.*)$`).exec(line)?.[1],
					) || [],
			);
		const [video, audio] = [times("video"), times("audio")];
		assert.ok(video.length >= 10 && audio.length >= 10, `${lines}`);
		for (const list of [video, audio])
			assert.deepEqual(
				list,
				[...list].sort((a, b) => a - b),
			);
		const apart = Math.abs((video.at(-1) ?? 0) - (audio.at(-1) ?? 0));
		assert.ok(apart < 1, `sound and picture are ${apart} s apart`);
		assert.equal((await service.stop()).code, 0);
		assert.ok(!service.stderr().includes(key), service.stderr());
	});

test("nginx killed and started again: it goes on, and the log is not filled", {
	skip: withoutNginxRtmp,
}, async (t) => {
	const nginx = await NginxRtmp.create(t, key);
	const service = await pushing(t, {
		push: [{ profile: "main", url: `${nginx.url}/live/${key}` }],
	});
	await becomes(service, "waiting");
	assert.equal((await status(service)).reason, "nothing listens there");
	await nginx.start();
	await becomes(service, "sending");
	await readBack(nginx, 5);
	await nginx.kill();
	await becomes(service, "waiting");
	assert.match((await status(service)).reason, /it hung up|nothing listens/);
	await nginx.start();
	await becomes(service, "sending");
	await readBack(nginx, 5);
	const failed = service.stderr().match(/push failed/g)?.length ?? 0;
	assert.ok(failed <= 3, service.stderr());
});

test("RTMP over TLS: to a server whose certificate is trusted, and to no other", {
	skip: withoutNginxRtmp,
}, async (t) => {
	const nginx = await NginxRtmp.create(t, key);
	await nginx.start();
	const { port, authority } = await tlsInFrontOf(t, nginx);
	const push = [
		{ profile: "main", url: `rtmps://localhost:${port}/live/${key}` },
	];
	const stranger = await pushing(t, { push });
	await becomes(stranger, "waiting");
	assert.match(
		(await status(stranger)).reason,
		/^its certificate is none that this host trusts/,
	);
	await stranger.stop();
	const friend = await pushing(t, { push }, { NODE_EXTRA_CA_CERTS: authority });
	await becomes(friend, "sending");
	await readBack(nginx, 5);
});

test("a wrong key is a reason, without the key", {
	skip: withoutNginxRtmp,
}, async (t) => {
	const nginx = await NginxRtmp.create(t, key);
	await nginx.start();
	const service = await pushing(t, {
		push: [{ profile: "main", url: `${nginx.url}/live/Wr0ng` }],
	});
	await becomes(service, "waiting");
	const { reason } = await status(service);
	assert.match(reason, /is the key right, and does nobody else publish/);
	assert.ok(!`${reason}${service.stderr()}`.includes("Wr0ng"));
});
