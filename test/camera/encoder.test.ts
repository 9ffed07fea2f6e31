import assert from "node:assert/strict";
import { test } from "node:test";
import type { VideoEncoderConfiguration } from "../../src/camera/types.ts";
import { mainProfile, open, stateDir } from "./helpers.ts";
import { refusedAs } from "./refused.ts";

test("options hold the source's size, QVGA and only what can be sent", async (t) => {
	const camera = await open(await stateDir(t), {
		videoSource: {
			token: "video",
			frameRate: 29.97,
			width: 1918,
			height: 1078,
		},
	});
	const { resolutions, frameRate } = camera.encoderOptions.of();
	const sizes = (encoding: "H264" | "JPEG") =>
		(resolutions.get(encoding) ?? []).map((r) => `${r.width}x${r.height}`);
	assert.deepEqual(frameRate, { min: 1, max: 29 });
	assert.equal(sizes("H264").at(-1), "1918x1078");
	assert(!sizes("JPEG").includes("1918x1078"));
	assert(!sizes("JPEG").includes("320x180"));
	assert(sizes("JPEG").includes("320x240"));
	assert(sizes("H264").includes("320x240"));
	assert(!sizes("H264").includes("1920x1080"));
});

test("options hold the sizes that the device offers, and no more pictures a second than it has", async (t) => {
	const camera = await open(await stateDir(t), {
		offer: { sizes: [{ width: 176, height: 144 }], frameRate: 12.5 },
	});
	const { resolutions, frameRate } = camera.encoderOptions.of();
	assert.deepEqual(frameRate, { min: 1, max: 13 });
	assert.deepEqual(resolutions.get("JPEG")?.[0], { width: 176, height: 144 });
	assert.equal(camera.videoEncoderConfigurations[0]?.frameRate, 13);
});

test("every combination of the options is accepted", async (t) => {
	const camera = await open(await stateDir(t));
	const options = camera.encoderOptions.of();
	const current = camera.videoEncoderConfigurations[0];
	assert(current);
	for (const [encoding, sizes] of options.resolutions) {
		for (const size of sizes) {
			const wanted: VideoEncoderConfiguration = {
				...current,
				encoding,
				...size,
			};
			await camera.setVideoEncoderConfiguration(wanted);
			assert.deepEqual(camera.videoEncoderConfigurations[0], wanted);
		}
	}
});

test("rate control and quality are adapted", async (t) => {
	const camera = await open(await stateDir(t));
	const current = camera.videoEncoderConfiguration("main-encoder");
	assert(current);
	await camera.setVideoEncoderConfiguration({
		...current,
		bitrateKbit: 64_000,
		frameRate: 60,
		encodingInterval: 0,
		quality: 0,
		sessionTimeout: 0,
	});
	assert.deepEqual(camera.videoEncoderConfiguration("main-encoder"), {
		...current,
		bitrateKbit: 32_000,
		frameRate: 25,
		encodingInterval: 1,
		quality: 1,
		sessionTimeout: 10,
	});
});

const impossible: Record<string, Partial<VideoEncoderConfiguration>> = {
	"a resolution that is not offered": { width: 1279 },
	"JPEG larger than the source": {
		encoding: "JPEG",
		width: 2592,
		height: 1944,
	},
	"GovLength 0": { govLength: 0 },
	"GovLength below zero, though JPEG has none": {
		encoding: "JPEG",
		width: 640,
		height: 480,
		govLength: -1,
	},
	"a multicast address of one interface": {
		multicast: { address: "ff02::1%eth0", port: 1, ttl: 1, autoStart: false },
	},
	"a unicast address as multicast": {
		multicast: { address: "192.0.2.1", port: 5000, ttl: 1, autoStart: false },
	},
	"a port without room for RTCP": {
		multicast: { address: "ff02::1", port: 65_535, ttl: 1, autoStart: false },
	},
};

for (const [name, change] of Object.entries(impossible)) {
	test(`refused, and nothing changed: ${name}`, async (t) => {
		const camera = await open(await stateDir(t));
		const current = camera.videoEncoderConfiguration("main-encoder");
		assert(current);
		await assert.rejects(
			camera.setVideoEncoderConfiguration({ ...current, ...change }),
			refusedAs("ConfigModify"),
		);
		assert.equal(camera.videoEncoderConfiguration("main-encoder"), current);
		assert.equal(camera.revision, 1);
	});
}

test("an encoding that the engine lacks is refused", async (t) => {
	const camera = await open(await stateDir(t), {
		profiles: [{ ...mainProfile, encoding: "JPEG" }],
		limits: {
			...(await open(await stateDir(t))).encoderOptions.of(),
			encodings: ["JPEG"],
		},
	});
	const [current] = camera.videoEncoderConfigurations;
	assert(current);
	await assert.rejects(
		camera.setVideoEncoderConfiguration({ ...current, encoding: "H264" }),
		refusedAs("ConfigModify"),
	);
});

test("an encoding that nothing can make is not offered, and the profile that has it stays", async (t) => {
	const camera = await open(await stateDir(t), {
		onlySizes: new Map([["H264", []]]),
	});
	const { encodings, resolutions } = camera.encoderOptions.of();
	assert.deepEqual(encodings, ["JPEG"]);
	assert.equal(resolutions.has("H264"), false);
	const [current] = camera.videoEncoderConfigurations;
	assert(current);
	assert.equal(current.encoding, "H264");
	await assert.rejects(
		camera.setVideoEncoderConfiguration(current),
		refusedAs("ConfigModify"),
	);
	await camera.setVideoEncoderConfiguration({
		...current,
		encoding: "JPEG",
		width: 640,
		height: 480,
	});
	assert.equal(camera.videoEncoderConfigurations[0]?.encoding, "JPEG");
});

test("an encoding that only the camera makes is offered in its size", async (t) => {
	const camera = await open(await stateDir(t), {
		onlySizes: new Map([["H264", [{ width: 1280, height: 720 }]]]),
	});
	const { resolutions } = camera.encoderOptions.of();
	assert.deepEqual(resolutions.get("H264"), [{ width: 1280, height: 720 }]);
	assert.ok((resolutions.get("JPEG")?.length ?? 0) > 1);
});

test("a configured profile that cannot be encoded is named", async (t) => {
	await assert.rejects(
		open(await stateDir(t), {
			profiles: [{ ...mainProfile, encoding: "JPEG", width: 1284 }],
		}),
		{
			message: "profile main: resolution 1284x720 is not offered in JPEG",
		},
	);
});

test("the source configuration's name can be set, its bounds cannot", async (t) => {
	const camera = await open(await stateDir(t));
	const [current] = camera.videoSourceConfigurations;
	assert(current);
	await camera.setVideoSourceConfiguration({ ...current, name: "Lens" });
	assert.equal(camera.videoSourceConfigurations[0]?.name, "Lens");
	for (const change of [
		{ bounds: { ...current.bounds, width: 640 } },
		{ sourceToken: "other" },
	]) {
		await assert.rejects(
			camera.setVideoSourceConfiguration({ ...current, ...change }),
			refusedAs("ConfigModify"),
		);
	}
	await assert.rejects(
		camera.setVideoSourceConfiguration({ ...current, token: "other" }),
		refusedAs("NoConfig"),
	);
});
