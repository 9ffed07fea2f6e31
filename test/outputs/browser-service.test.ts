import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { DeviceUnderTest, trt, tt } from "../conformance/device-under-test.ts";
import { list, text } from "../conformance/tree.ts";
import { gstreamerChildren } from "../helpers/children.ts";
import { authorization } from "../helpers/digest.ts";
import { fetchPicture } from "../helpers/fetch-picture.ts";
import { until } from "../helpers/media.ts";
import { probe } from "../helpers/probe.ts";
import {
	administrator,
	type RunningService,
	startService,
} from "../helpers/service.ts";
import { Messages } from "../helpers/validate.ts";
import { inside } from "../media/mp4/boxes.ts";
import { LiveClient } from "./live-client.ts";
import { liveOf } from "./sound-player.ts";

describe("the running service for browsers", () => {
	let service: RunningService;
	const secret = "0123456789abcdef-secret";

	before(async () => {
		service = await startService({
			config: {
				hls: { secret },
				profiles: [
					{ token: "main", encoding: "H264", width: 640, height: 360 },
					{ token: "jpeg", encoding: "JPEG", width: 640, height: 360 },
				],
			},
		});
	});
	after(() => service.remove());

	async function loginFor(path: string): Promise<string> {
		const { headers } = await fetch(service.url + path);
		const challenge = headers.get("www-authenticate") ?? "";
		return authorization(challenge, administrator, "GET", path) ?? "";
	}

	test("live and HLS want a login; the secret stands in for it", async () => {
		const client = new LiveClient(`${service.url}/live/main`);
		await client.answered();
		assert.equal(client.refused?.status, 401);
		const status = async (path: string) =>
			(await fetchPicture(service.url + path)).status;
		assert.equal(await status("/hls/main/index.m3u8"), 401);
		assert.equal(await status("/hls/main/0-1.m4s"), 401);
		assert.equal(await status(`/hls/${secret}x/main/index.m3u8`), 404);
		assert.equal(await status(`/hls/${secret}/main/index.m3u8`), 200);
		assert.equal(await status(`/hls/${secret}/jpeg/index.m3u8`), 404);
		const path = "/hls/jpeg/index.m3u8";
		const answer = await fetch(service.url + path, {
			headers: { authorization: await loginFor(path) },
		});
		assert.match(await answer.text(), /^this profile is JPEG/);
	});

	test("ffprobe logs in for HLS as it does for RTSP", async () => {
		const { name, password } = administrator;
		const login = `${name}:${encodeURIComponent(password)}@`;
		const address = service.url.replace("//", `//${login}`);
		const { codec_name, width } = await probe([
			`${address}/hls/main/index.m3u8`,
		]);
		assert.deepEqual([codec_name, width], ["h264", 640]);
	});

	test("live and HLS share the one encoder; ONVIF's new settings reach both", async () => {
		const path = "/live/main";
		const client = await liveOf(service, path);
		await client.has(5);
		const address = `${service.url}/hls/${secret}/main/index.m3u8`;
		const playlist = async () => (await fetch(address)).text();
		await playlist();
		assert.equal(gstreamerChildren(service.pid).encoders.length, 1);
		await resize(service, 320, 180);
		let marked = false;
		// It is asked for all the time, as by a player: it rests soon after.
		await until(async () => {
			marked ||= /DISCONTINUITY\n/.test(await playlist());
			return marked && client.inits.length === 2;
		}, "another init segment, which the playlist marks");
		const [, second] = client.inits;
		assert.ok(second);
		const width = inside(second, "moov/trak/tkhd").readUInt32BE(76) / 65_536;
		assert.equal(width, 320);
		assert.equal(client.closed, undefined);
		client.close();
	});
});

/** What a recorder does to make the pictures of `main` smaller. */
async function resize(
	service: RunningService,
	width: number,
	height: number,
): Promise<void> {
	const device = new DeviceUnderTest(service, new Messages());
	const { body } = await device.ask(trt("GetProfiles"));
	const profile = list(body, "Profiles").find(
		(one) => text(one, "@token") === "main",
	);
	const token = text(profile, "VideoEncoderConfiguration", "@token");
	const { status, text: answer } = await device.ask(
		trt("SetVideoEncoderConfiguration", [
			trt(
				"Configuration",
				[
					tt("Name", "main"),
					tt("UseCount", "0"),
					tt("Encoding", "H264"),
					tt("Resolution", [
						tt("Width", String(width)),
						tt("Height", String(height)),
					]),
					tt("Quality", "60"),
					tt("RateControl", [
						tt("FrameRateLimit", "15"),
						tt("EncodingInterval", "1"),
						tt("BitrateLimit", "300"),
					]),
					tt("H264", [tt("GovLength", "15"), tt("H264Profile", "Baseline")]),
					tt("Multicast", [
						tt("Address", [tt("Type", "IPv4"), tt("IPv4Address", "0.0.0.0")]),
						tt("Port", "0"),
						tt("TTL", "1"),
						tt("AutoStart", "false"),
					]),
					tt("SessionTimeout", "PT60S"),
				],
				{ token },
			),
			trt("ForcePersistence", "false"),
		]),
	);
	assert.equal(status, 200, answer);
}
