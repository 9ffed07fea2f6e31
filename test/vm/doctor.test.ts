import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Finding } from "../../src/doctor/finding.ts";
import { askedAgain, byName, wrong } from "../doctor/doctor-program.ts";
import { type GuestService, startGuestService } from "./guest-service.ts";
import { plugIn, vividDevice } from "./vivid.ts";
import { prepareVm, startVm, type Vm } from "./vm.ts";

const skip = (await prepareVm()) ?? false;

const config = {
	users: [
		{ name: "admin", password: "correct horse 7", level: "Administrator" },
	],
	source: { v4l2: { device: vividDevice } },
	// The guest's processor is an emulated one.
	profiles: [
		{
			token: "main",
			encoding: "H264",
			width: 320,
			height: 180,
			frameRate: 5,
			bitrateKbit: 200,
		},
	],
	discovery: { mdns: false, interfaces: ["lo"] },
};

describe("onvifd doctor and a V4L2 camera", { skip }, () => {
	let vm: Vm;
	let service: GuestService;

	before(async () => {
		vm = await startVm();
		await plugIn(vm);
		service = await startGuestService(vm, config);
	});
	after(() => vm?.stop());

	const doctor = () => askedAgain(looked);
	async function looked(): Promise<readonly Finding[]> {
		const { stdout, stderr } = await vm.run(
			"node /host/dist/onvifd.js doctor --json --config /host/service-1.yaml",
		);
		assert.equal(stderr, "");
		return JSON.parse(stdout);
	}

	test("all is green, what the service itself holds too", async () => {
		const found = await doctor();
		assert.deepEqual(wrong(found), [], JSON.stringify(found, undefined, 1));
		assert.match(
			byName(found, "video device").detail,
			/^\/dev\/video0 is vivid, driver vivid$/,
		);
		assert.match(byName(found, "video formats").detail, /320x180/);
		assert.match(
			byName(found, "video controls").detail,
			/^brightness 0 to 255, contrast 0 to 255, /,
		);
		assert.match(byName(found, "profile main").detail, /^10 frames of H264/);
	});

	test("a name that stays is advised", async () => {
		await vm.must(
			`mkdir -p /dev/v4l/by-id && ln -s ../..${vividDevice.slice(4)} /dev/v4l/by-id/usb-camera-video-index0`,
		);
		const { remedy } = byName(await doctor(), "video device");
		assert.equal(
			remedy,
			"set source.v4l2.device to /dev/v4l/by-id/usb-camera-video-index0: /dev/video0 may be another camera after the next start",
		);
	});

	test("without the service, a program that holds the camera is named", async () => {
		await service.stop();
		await vm.must(
			`v4l2-ctl -d ${vividDevice} --stream-mmap --stream-to=/dev/null >/dev/null 2>&1 & echo $! >/tmp/holder
			until ls -l /proc/$(cat /tmp/holder)/fd | grep -q video0; do sleep 0.1; done`,
		);
		const found = await doctor();
		assert.deepEqual(wrong(found), ["video device", "service"]);
		const { detail, remedy } = byName(found, "video device");
		assert.match(detail, /is used by v4l2-ctl \(pid \d+\)/);
		assert.equal(remedy, "stop the program that uses it");
		await vm.must("kill $(cat /tmp/holder)");
	});
});
