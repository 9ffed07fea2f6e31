import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { OnvifDevice } from "node-onvif";
import { receivedMessages } from "../helpers/received.ts";
import {
	administrator,
	type RunningService,
	startService,
} from "../helpers/service.ts";
import onvif, { snapshotOf } from "./patient-node-onvif.ts";

const messages = receivedMessages();

describe("npm node-onvif", () => {
	let service: RunningService;
	let device: OnvifDevice;
	before(async () => {
		service = await startService();
		device = new onvif.OnvifDevice({
			xaddr: `${service.url}/onvif/device_service`,
			user: administrator.name,
			pass: administrator.password,
		});
	});
	after(() => service.remove());

	test("connects, lists profiles and their stream addresses", async () => {
		const information = await device.init();
		assert.ok(
			information.Manufacturer && information.Model && information.SerialNumber,
		);
		const profiles = device.getProfileList();
		assert.deepEqual(
			profiles.map(({ token }) => token),
			["main", "sub", "jpeg"],
		);
		assert.deepEqual(profiles[0]?.video.encoder, {
			...profiles[0]?.video.encoder,
			resolution: { width: 1280, height: 720 },
			framerate: 15,
			bitrate: 2000,
			encoding: "H264",
		});
		assert.equal(
			device.getUdpStreamUrl(),
			`rtsp://127.0.0.1:${service.rtsp}/main`,
		);
	});

	test("fetches a snapshot", async () => {
		device.changeProfile("jpeg");
		const { headers, body } = await snapshotOf(device);
		assert.equal(headers["content-type"], "image/jpeg");
		assert.equal(body.readUInt16BE(0), 0xffd8);
	});

	test("a wrong password is told as such", async () => {
		const stranger = new onvif.OnvifDevice({
			xaddr: `${service.url}/onvif/device_service`,
			user: administrator.name,
			pass: "wrong",
		});
		await assert.rejects(
			stranger.init(),
			/[Nn]ot ?[Aa]uthorized|401|Unauthorized/,
		);
	});
});

test("every answer above is as the schemas have it", (t) =>
	messages.validate(t));
