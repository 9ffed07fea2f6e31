import assert from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { delimiter, join } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { checkChains } from "../../src/doctor/chains.ts";
import type { Finding } from "../../src/doctor/finding.ts";
import { Trouble } from "../../src/doctor/finding.ts";
import type { Service } from "../../src/doctor/service.ts";
import {
	Devices,
	pictureSize,
	useStandIns,
} from "../media/v4l2-chain/stand-ins.ts";
import { byName, settings, Workshop, wrong } from "./doctor-program.ts";
import { patientOf } from "./patient.ts";

const programs = fileURLToPath(
	new URL("../../fixtures/programs", import.meta.url),
);
const absent: Service = { kind: "absent", trouble: new Trouble("", "") };

describe("onvifd doctor and a v4l2 chain", () => {
	const devices = new Devices();
	const workshop = new Workshop();
	const { camera, loopback } = devices;
	const at = (folder: string) => join(devices.folder, folder);
	const folders = {
		loaded: at("sys-module"),
		installed: at("lib-modules"),
		video: at("video4linux"),
	};
	before(() => {
		useStandIns();
		devices.record();
	});
	after(() => {
		workshop.remove();
		devices.remove();
	});

	/** The module as it was loaded. */
	function load(options: Readonly<Record<string, string>> = {}): void {
		const parameters = at("sys-module/v4l2loopback/parameters");
		mkdirSync(parameters, { recursive: true });
		const all = {
			video_nr: "7,-1",
			exclusive_caps: "N,N",
			max_openers: "10",
			max_buffers: "2",
			...options,
		};
		for (const [name, value] of Object.entries(all))
			writeFileSync(join(parameters, name), `${value}\n`);
		writeFileSync(join(parameters, "../version"), "0.12.7\n");
	}

	const unload = () => rmSync(folders.loaded, { recursive: true, force: true });

	beforeEach(() => {
		load();
		devices.modes();
		devices.plugIn();
		writeFileSync(loopback, JSON.stringify({ driver: "v4l2 loopback" }));
	});

	interface Other {
		readonly chain?: Readonly<Record<string, unknown>>;
		readonly path?: string;
		readonly holders?: readonly string[];
	}

	/** What is found; the trial needs a camera that `source` does not name, for it is a file. */
	async function found(other: Other = {}): Promise<readonly Finding[]> {
		const { width, height, frameRate } = pictureSize;
		const file = workshop.write({
			...(await settings()),
			profiles: [
				{
					...{ token: "main", encoding: "H264", width, height, frameRate },
					govLength: 5,
					engine: "v4l2-chain",
					chain: { camera, loopback, ...other.chain },
				},
			],
		});
		const path = other.path ?? `${programs}${delimiter}${process.env.PATH}`;
		return checkChains(patientOf(file, { path }), Promise.resolve(absent), {
			devices: {
				...devices.access,
				holders: async () => other.holders ?? [],
			},
			folders,
			camera: async (path) => `${path} is vivid`,
		});
	}

	test("all is green, and five frames came through the programs", async () => {
		const all = await found();
		assert.deepEqual(wrong(all), [], JSON.stringify(all, undefined, 1));
		assert.deepEqual(
			all.map(({ name }) => name),
			[
				"chain programs",
				"v4l2loopback",
				"loopback main",
				"camera main",
				"chain main",
			],
		);
		assert.equal(
			byName(all, "v4l2loopback").detail,
			"loaded, version 0.12.7, max_openers 10, max_buffers 2",
		);
		assert.equal(
			byName(all, "chain main").detail,
			`5 frames of H264 320x176 came through ${camera}, v4l2compress, ${loopback} and v4l2rtspserver`,
		);
	});

	test("a v4l2compress that wants -vv is told of, and is no trouble", async () => {
		devices.modes("head");
		const all = await found();
		assert.deepEqual(wrong(all), [], JSON.stringify(all, undefined, 1));
		assert.match(
			byName(all, "chain main").detail,
			/; this v4l2compress opens devices only with -vv$/,
		);
	});

	async function onlyWrong(name: string, other: Other = {}): Promise<Finding> {
		const all = await found(other);
		assert.deepEqual(wrong(all), [name], JSON.stringify(all, undefined, 1));
		return byName(all, name);
	}

	test("programs that are missing come with how they are built", async () => {
		const { detail, remedy } = await onlyWrong("chain programs", {
			path: "/nowhere",
		});
		assert.equal(detail, "not on the PATH: v4l2compress, v4l2rtspserver");
		assert.match(
			remedy ?? "",
			/^apt-get install .*mpromonet\/v4l2tools && make -C v4l2tools install; apt-get install .*mpromonet\/v4l2rtspserver && /,
		);
	});

	test("a module that is not installed, or only not loaded", async () => {
		unload();
		assert.deepEqual(await onlyWrong("v4l2loopback"), {
			name: "v4l2loopback",
			ok: false,
			detail: "the kernel module v4l2loopback is not installed",
			remedy: "apt-get install v4l2loopback-dkms linux-headers-$(uname -r)",
		});
		mkdirSync(folders.installed);
		writeFileSync(
			join(folders.installed, "modules.dep"),
			"updates/dkms/v4l2loopback.ko: kernel/drivers/media/v4l2-core/videodev.ko\n",
		);
		const { detail, remedy } = await onlyWrong("v4l2loopback");
		assert.equal(detail, "the kernel module v4l2loopback is not loaded");
		assert.equal(remedy, "modprobe v4l2loopback video_nr=10 exclusive_caps=0");
	});

	const anew = "modprobe -r v4l2loopback && modprobe v4l2loopback video_nr=7";

	test("a device that is not there: those that are stay", async () => {
		const there = at("dev-video12");
		const { detail, remedy } = await onlyWrong("loopback main", {
			chain: { loopback: there },
		});
		assert.equal(detail, `${there} is not there`);
		assert.equal(remedy, `${anew} exclusive_caps=0`);
		const real = await onlyWrong("loopback main", {
			chain: { loopback: "/dev/video199" },
		});
		assert.equal(real.remedy, `${anew},199 exclusive_caps=0`);
	});

	test("a plain file in the place of the device", async () => {
		writeFileSync(loopback, "");
		const { detail, remedy } = await onlyWrong("loopback main");
		assert.match(detail, /is no video device: a program made it/);
		assert.equal(remedy, `rm ${loopback} && ${anew} exclusive_caps=0`);
	});

	test("another driver's device", async () => {
		writeFileSync(loopback, JSON.stringify({ driver: "uvcvideo" }));
		const { detail, remedy } = await onlyWrong("loopback main");
		assert.match(
			detail,
			/is no loopback device but one of the driver uvcvideo/,
		);
		assert.match(remedy ?? "", /^v4l2-ctl --list-devices/);
	});

	test("a device that strangers have open; who is of the service is none", async () => {
		const { detail, remedy } = await onlyWrong("loopback main", {
			holders: ["motion (pid 7)", `node (pid ${process.pid})`],
		});
		assert.match(detail, /is in use by motion \(pid 7\);/);
		assert.equal(remedy, "kill 7");
	});

	test("a module that lets too few open its devices", async () => {
		load({ max_openers: "2" });
		const { detail, remedy } = await onlyWrong("loopback main");
		assert.match(detail, /max_openers 2 and max_buffers 2, .* needs 3 and 2$/);
		assert.equal(remedy, `${anew} exclusive_caps=0`);
	});

	test("a camera that has not the profile's size", async () => {
		devices.modes("coerce");
		const { detail, remedy } = await onlyWrong("chain main");
		assert.match(
			detail,
			/^0 of 5 frames: .* takes 320x184 instead of 320x176$/,
		);
		assert.match(remedy ?? "", /^set the profile to a raw size of the camera/);
	});

	test("another program has the port that clients are sent to", async () => {
		const server = createServer().listen(0);
		await new Promise((listening) => server.once("listening", listening));
		const address = server.address();
		assert.ok(address !== null && typeof address === "object");
		const { port } = address;
		try {
			const { detail, remedy } = await onlyWrong("port main", {
				chain: { direct: true, port },
			});
			assert.match(
				detail,
				new RegExp(`^TCP port ${port} is held by .* \\(pid ${process.pid}\\)$`),
			);
			assert.equal(remedy, `kill ${process.pid}, or set chain.port of main`);
		} finally {
			server.close();
		}
	});
});
