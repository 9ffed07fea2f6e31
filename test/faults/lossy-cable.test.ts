import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { noNamespaces } from "../discovery/namespaces.ts";
import { until } from "../helpers/media.ts";
import {
	administrator,
	type RunningService,
	startService,
} from "../helpers/service.ts";
import { withoutNginxRtmp } from "../outputs/push/rtmp-server.ts";
import { FarNginx } from "./far-nginx.ts";
import { FfmpegViewer } from "./ffmpeg-viewer.ts";
import { LossyCable, noLossyCable } from "./lossy-cable.ts";
import { TwoHosts } from "./two-hosts.ts";

const login = `${administrator.name}:${encodeURIComponent(administrator.password)}`;
const profile = {
	...{ token: "main", encoding: "H264", width: 320, height: 240 },
	...{ frameRate: 15, govLength: 15, bitrateKbit: 2000 },
};

describe("a cable that loses one packet of a hundred and delivers five late", {
	skip: noNamespaces() || noLossyCable() || withoutNginxRtmp,
}, () => {
	let cable: LossyCable;
	let hosts: TwoHosts;
	let nginx: FarNginx;
	let service: RunningService;
	let relay: RunningService;
	before(async () => {
		cable = await LossyCable.make();
		hosts = new TwoHosts((...ends) => cable.lay(...ends));
		nginx = await FarNginx.start(hosts.viewer);
		service = await startService({
			namespace: hosts.camera,
			config: {
				source: { test: { pattern: "snow", clock: false } },
				audio: { source: "none" },
				profiles: [profile],
				http: { port: 8080 },
				rtsp: { port: 8554 },
				push: [
					{ profile: "main", url: `rtmp://${hosts.viewerAddress}/live/key` },
				],
			},
		});
		relay = await startService({
			namespace: hosts.viewer,
			config: {
				audio: { source: "none" },
				profiles: [{ ...profile, token: "relayed" }],
				source: { rtsp: { url: camera(), transport: "udp" } },
			},
		});
	});
	after(async () => {
		await relay?.remove();
		await service?.remove();
		await nginx?.stop();
		hosts?.remove();
		await cable?.remove();
	});

	const camera = () => `rtsp://${login}@${hosts.cameraAddress}:8554/main`;
	const damaged = /corrupt|error while decoding|concealing|Invalid data/;

	test("multicast, a relay over UDP and RTMP get on: what the last two give is whole", async (t) => {
		const view = (url: string, transport?: "tcp" | "udp_multicast") =>
			new FfmpegViewer(url, {
				namespace: hosts.viewer,
				decode: true,
				...(transport && { transport }),
			});
		const multicast = view(`${camera()}?multicast`, "udp_multicast");
		const relayed = view(`${relay.rtspUrl}/relayed`, "tcp");
		const pushed = view("rtmp://127.0.0.1/live/key");
		const all = [multicast, relayed, pushed];
		t.after(() => Promise.all(all.map((one) => one.end())));
		const more = (count: number) => {
			const from = all.map(({ frames }) => frames + count);
			return until(
				() =>
					all.every((one, i) => one.frames >= (from[i] ?? 0)) ||
					!all.every(({ running }) => running),
				`${count} frames for everybody: ${all.map(({ frames, said }) => `${frames} ${said}`)}`,
			);
		};
		await more(15);
		cable.lose();
		await until(
			() => cable.lost >= 20 && cable.late >= 100,
			"enough is lost and late",
		);
		await more(40);
		for (const one of all) assert.ok(one.running, one.said);
		t.diagnostic(`${cable.lost} lost, ${cable.late} late`);
		assert.match(multicast.said, /RTP: missed \d+ packets/);
		assert.doesNotMatch(relayed.said, damaged);
		assert.doesNotMatch(pushed.said, damaged);
		assert.doesNotMatch(service.stderr(), /push failed| error /);
		assert.doesNotMatch(relay.stderr(), /no picture/);
		await Promise.all(all.map((one) => one.end()));
		// The relay, the only one over UDP, reported to its camera what it missed.
		const [, client = "none"] =
			/plays client=(\S+) .*transport=UDP/.exec(service.stderr()) ?? [];
		const ended = new RegExp(`ended client=${client} .*packetsLost=[1-9]`);
		await until(() => ended.test(service.stderr()), "the relay's reports");
	});
});
