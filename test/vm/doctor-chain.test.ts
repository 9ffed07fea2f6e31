import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { cp, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Finding } from "../../src/doctor/finding.ts";
import { askedAgain, byName, wrong } from "../doctor/doctor-program.ts";
import { startGuestService } from "./guest-service.ts";
import { plugIn, vividDevice } from "./vivid.ts";
import { prepareVm, startVm, type Vm } from "./vm.ts";

const skip = (await prepareVm()) ?? false;
const missing = ["v4l2compress", "v4l2rtspserver"].filter(
	(program) =>
		!(process.env.PATH ?? "")
			.split(delimiter)
			.some((folder) => existsSync(join(folder, program))),
);
const programs = fileURLToPath(
	new URL("../../fixtures/programs", import.meta.url),
);
const built = fileURLToPath(new URL("../../dist", import.meta.url));

const config = (loopback: string, own: object = {}) => ({
	stateDir: "/tmp/state",
	users: [
		{ name: "admin", password: "correct horse 7", level: "Administrator" },
	],
	source: { v4l2: { device: vividDevice } },
	profiles: [
		{
			token: "main",
			encoding: "H264",
			...{ width: 320, height: 180, frameRate: 10, govLength: 10 },
			engine: "v4l2-chain",
			chain: { loopback },
			...own,
		},
	],
	discovery: { mdns: false, interfaces: ["lo"] },
});

describe("onvifd doctor and the kernel's v4l2loopback", { skip }, () => {
	let vm: Vm;

	before(async () => {
		vm = await startVm();
		await cp(built, join(vm.share, "dist"), { recursive: true });
		await plugIn(vm);
	});
	after(() => vm?.stop());

	/** Stand-ins for the programs come last: only their being there counts here. */
	const doctor = (loopback: string, own?: object) =>
		askedAgain(() => looked(loopback, own));
	async function looked(
		loopback: string,
		own?: object,
	): Promise<readonly Finding[]> {
		const text = JSON.stringify(config(loopback, own));
		await writeFile(join(vm.share, "chain.yaml"), text, { mode: 0o600 });
		const { stdout, stderr } = await vm.run(
			`PATH="$PATH:${programs}" node /host/dist/onvifd.js doctor --json --config /host/chain.yaml`,
		);
		assert.equal(stderr, "");
		return JSON.parse(stdout);
	}

	test("a module that is not loaded, and so no device", async () => {
		const found = await doctor("/dev/video10");
		assert.deepEqual(wrong(found), [
			"v4l2loopback",
			"loopback main",
			"service",
		]);
		assert.match(byName(found, "v4l2loopback").detail, /^the kernel module/);
		assert.equal(
			byName(found, "loopback main").remedy,
			"modprobe v4l2loopback video_nr=10 exclusive_caps=0",
		);
	});

	test("the remedy for a file in its place is one, word for word", async () => {
		await vm.must(
			"modprobe v4l2loopback video_nr=11 exclusive_caps=1 card_label=Exclusive && : >/dev/video10",
		);
		const found = await doctor("/dev/video10");
		assert.deepEqual(wrong(found), ["loopback main", "service"]);
		const { detail, remedy } = byName(found, "loopback main");
		assert.match(detail, /^\/dev\/video10 is no video device: a program made/);
		assert.equal(
			remedy,
			"rm /dev/video10 && modprobe -r v4l2loopback && modprobe v4l2loopback video_nr=11,10 exclusive_caps=0",
		);
		await vm.must(remedy);
		await vm.must("[ -c /dev/video10 ] && [ -c /dev/video11 ]");
	});

	test("who has it open is named, and what exclusive_caps may do", async () => {
		await vm.must(
			'modprobe -r v4l2loopback && modprobe v4l2loopback video_nr=10,11 exclusive_caps=0,1 card_label=Plain,Exclusive && { sleep infinity </dev/video10 >/dev/null 2>&1 & until [ "$(cat /proc/$!/comm)" = sleep ]; do sleep 0.1; done; }',
		);
		const held = await doctor("/dev/video10");
		assert.deepEqual(wrong(held), ["loopback main", "service"]);
		const { detail, remedy } = byName(held, "loopback main");
		assert.match(detail, /is in use by sleep \(pid \d+\)/);
		await vm.must(remedy ?? "false");
	});

	test("the camera is one that has not the size", async () => {
		const found = await doctor("/dev/video11", { width: 336 });
		assert.deepEqual(wrong(found), ["chain main", "service"]);
		const { detail, remedy } = byName(found, "loopback main");
		assert.equal(
			detail,
			'/dev/video11 is a loopback device, "Exclusive", exclusive_caps 1',
		);
		assert.match(remedy ?? "", /when pictures do not come back: modprobe -r/);
		assert.match(
			byName(found, "chain main").detail,
			/^0 of 5 frames: \/dev\/video0 \(vivid\) has no 336x180/,
		);
		assert.match(
			byName(found, "v4l2loopback").detail,
			/^loaded(, version \d[\d.]+)?, max_openers 10, max_buffers \d+$/,
		);
	});

	test("with the programs themselves all is well but that no service runs", {
		skip: missing.length > 0 && `${missing.join(" and ")}: not installed here`,
	}, async () => {
		const found = await doctor("/dev/video10");
		assert.deepEqual(wrong(found), ["service"], JSON.stringify(found));
		assert.match(
			byName(found, "chain main").detail,
			/^5 frames of H264 320x180 came through \/dev\/video0, v4l2compress, /,
		);
	});

	test("a service that sends clients to v4l2rtspserver itself: the address with its login is used, and not told", {
		skip: missing.length > 0 && `${missing.join(" and ")}: not installed here`,
	}, async () => {
		const chain = { loopback: "/dev/video10", direct: true };
		const { stateDir: _, ...own } = config("/dev/video10", { chain });
		const service = await startGuestService(vm, own);
		try {
			const { stdout } = await vm.run(
				"node /host/dist/onvifd.js doctor --json --config /host/service-1.yaml",
			);
			const found: readonly Finding[] = JSON.parse(stdout);
			assert.deepEqual(wrong(found), [], JSON.stringify(found, undefined, 1));
			assert.match(
				byName(found, "profile main").detail,
				/^10 frames of H264 decoded from rtsp:\/\/127\.0\.0\.1:8555\/live$/,
			);
			assert.equal(
				byName(found, "port main").detail,
				"v4l2rtspserver listens at TCP port 8555",
			);
		} finally {
			await service.stop();
		}
	});
});
