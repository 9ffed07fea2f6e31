import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { DeviceUnderTest, trt, tt } from "../conformance/device-under-test.ts";
import { noNamespaces } from "../discovery/namespaces.ts";
import { gstreamerChildren } from "../helpers/children.ts";
import { until } from "../helpers/media.ts";
import { anonymousMemory } from "../helpers/memory.ts";
import {
	administrator,
	type RunningService,
	startService,
} from "../helpers/service.ts";
import { Messages } from "../helpers/validate.ts";
import { FfmpegViewer } from "./ffmpeg-viewer.ts";
import { TwoHosts } from "./two-hosts.ts";

/** Of snow the encoder makes as much as it may: 2 Mbit/s, 15 frames a second, a key frame every two seconds. */
const snow = { source: { test: { pattern: "snow", clock: false } } };

/** The shortest session timeout there is, which a client sets by ONVIF; answers the state folder. */
async function tenSecondsTimeout(): Promise<string> {
	const service = await startService({ config: snow });
	const device = new DeviceUnderTest(service, new Messages());
	const answer = await device.ask(
		trt("SetVideoEncoderConfiguration", [
			trt(
				"Configuration",
				[
					tt("Name", "main"),
					tt("UseCount", "0"),
					tt("Encoding", "H264"),
					tt("Resolution", [tt("Width", "1280"), tt("Height", "720")]),
					tt("Quality", "60"),
					tt("RateControl", [
						tt("FrameRateLimit", "15"),
						tt("EncodingInterval", "1"),
						tt("BitrateLimit", "2000"),
					]),
					tt("H264", [tt("GovLength", "30"), tt("H264Profile", "Baseline")]),
					tt("Multicast", [
						tt("Address", [tt("Type", "IPv4"), tt("IPv4Address", "0.0.0.0")]),
						tt("Port", "0"),
						tt("TTL", "1"),
						tt("AutoStart", "false"),
					]),
					tt("SessionTimeout", "PT10S"),
				],
				{ token: "main-encoder" },
			),
			trt("ForcePersistence", "true"),
		]),
	);
	assert.equal(answer.status, 200, answer.text);
	await service.stop();
	return service.stateDir;
}

describe("networks that break", { skip: noNamespaces() }, () => {
	let hosts: TwoHosts;
	let service: RunningService;
	before(async () => {
		const stateDir = await tenSecondsTimeout();
		hosts = new TwoHosts();
		service = await startService({
			stateDir,
			namespace: hosts.camera,
			config: { ...snow, http: {}, rtsp: {} },
		});
	});
	after(async () => {
		await service?.remove();
		hosts?.remove();
	});

	const url = (address: string) =>
		`rtsp://${administrator.name}:${encodeURIComponent(administrator.password)}@${address}:8554/main`;
	/** Views from the other end of the cable. */
	const farViewer = (transport: "tcp" | "udp") =>
		new FfmpegViewer(url(hosts.cameraAddress), {
			transport,
			namespace: hosts.viewer,
		});
	const endings = () =>
		[...service.stderr().matchAll(/.*RTSP session ended.*/g)].map(String);
	const nobodyServed = () => {
		const { captures, encoders } = gstreamerChildren(service.pid);
		return captures.length + encoders.length === 0;
	};
	const sees = (viewer: FfmpegViewer, count: number) => {
		const enough = viewer.frames + count;
		return until(
			() => !viewer.running || viewer.frames >= enough,
			`${count} more frames; ${viewer.said}`,
		);
	};

	for (const transport of ["tcp", "udp"] as const)
		test(`a network that is away for four seconds: the ${transport} viewer sees on, in its session`, async () => {
			const before = endings().length;
			const viewer = farViewer(transport);
			await sees(viewer, 20);
			hosts.cut();
			let [seen, since] = [viewer.frames, performance.now()];
			await until(() => {
				if (viewer.frames !== seen) since = performance.now();
				seen = viewer.frames;
				return performance.now() - since > 4000;
			}, "four seconds in which nothing gets through");
			hosts.mend();
			await sees(viewer, 60);
			assert.ok(viewer.running, viewer.said);
			assert.equal(endings().length, before);
			await viewer.end();
			await until(() => endings().length === before + 1, "the session's end");
			// Over TCP ffmpeg hangs up with packets unread: the reset may overtake its TEARDOWN.
			const itsOwn =
				transport === "udp" ? /TEARDOWN/ : /TEARDOWN|connection was closed/;
			assert.match(endings().at(-1) ?? "", itsOwn);
			assert.doesNotMatch(service.stderr(), / error /);
		});

	test("a viewer whose network goes for good, without a word: session, memory and encoder are released", async () => {
		await until(nobodyServed, "rest");
		const before = endings().length;
		const memory = anonymousMemory(service.pid);
		const viewer = farViewer("tcp");
		await sees(viewer, 20);
		hosts.cut();
		await viewer.end("SIGKILL");
		assert.equal(endings().length, before);
		await until(() => endings().length > before, "the session's timeout");
		assert.doesNotMatch(endings().at(-1) ?? "", /TEARDOWN|was closed/);
		await until(nobodyServed, "the encoder's end");
		await until(
			() => anonymousMemory(service.pid) < memory + 8 * 1024,
			"memory as before",
		);
		hosts.mend();
	});

	test("a viewer behind a slow link misses frames up to key frames; another misses none", async (t) => {
		const trouble = hosts.cannotSlow();
		if (trouble) return t.skip(trouble);
		const before = endings().length;
		const near = new FfmpegViewer(url("127.0.0.1"), {
			transport: "tcp",
			namespace: hosts.camera,
		});
		const far = new FfmpegViewer(url(hosts.cameraAddress), {
			transport: "tcp",
			namespace: hosts.viewer,
			decode: true,
		});
		await Promise.all([sees(near, 20), sees(far, 20)]);
		hosts.slow("300kbit");
		await sees(near, 15 * 20);
		hosts.quick();
		await sees(far, 30);
		assert.ok(near.running && far.running, near.said + far.said);
		const dropped = () =>
			Number(/framesDropped=(\d+)/.exec(endings().at(-1) ?? "")?.[1] ?? 0);
		await far.end();
		await until(() => endings().length > before, "the session's end");
		t.diagnostic(`${dropped()} of about ${near.frames} frames dropped`);
		assert.ok(dropped() > 30, endings().at(-1));
		// It went on with a key frame each time: nothing that a decoder stumbles over.
		assert.doesNotMatch(far.said, /corrupt|error|concealing/);
		await near.end();
		await until(() => endings().length > before + 1, "the other's end");
		assert.equal(dropped(), 0, endings().at(-1));
	});
});
