import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
	mkdtempSync,
	readFileSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import {
	explainVideoDevice,
	isVideoDeviceThere,
	probeVideoDevice,
	VideoDeviceError,
	type VideoDeviceTrouble,
} from "../../src/system/video-device.ts";
import { videoDeviceHolders } from "../../src/system/video-device-holders.ts";
import { listCameras } from "../../src/system/video-device-list.ts";
import { waitForVideoDevice } from "../../src/system/video-device-wait.ts";
import { patienceMs } from "../helpers/patience.ts";

const folder = mkdtempSync(join(tmpdir(), "onvifd-video-device-"));
after(() => rmSync(folder, { recursive: true }));

// A node of the right kind without a driver behind it; only root may make one.
const node = join(folder, "video81");
const made = spawnSync("mknod", [node, "c", "81", "250"]).status === 0;
const needsNode = made ? false : "only root can make a device node";
const camera = new URL(
	"../../fixtures/v4l2-ctl/usb-webcam.txt",
	import.meta.url,
);

function isTrouble(trouble: VideoDeviceTrouble, message: RegExp) {
	return (error: unknown) => {
		assert.ok(error instanceof VideoDeviceError);
		assert.equal(error.trouble, trouble);
		assert.match(error.message, message);
		assert.doesNotMatch(error.message, /\n/);
		return true;
	};
}

/** A v4l2-ctl with manners of its own. */
function standIn(name: string, script: string): string {
	const file = join(folder, name);
	writeFileSync(file, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
	return file;
}

test("what is not there, and what is no device, is said in one line", async () => {
	const missing = join(folder, "video9");
	await assert.rejects(
		probeVideoDevice(missing),
		isTrouble("missing", /video9 is not there: is the camera plugged in\? /),
	);
	assert.equal(await isVideoDeviceThere(missing), false);
	assert.equal(
		(await explainVideoDevice(missing, new Set()))?.trouble,
		"missing",
	);
	const plain = join(folder, "plain");
	await writeFile(plain, "");
	for (const path of [plain, "/dev/null", folder])
		await assert.rejects(
			probeVideoDevice(path),
			isTrouble("not-a-camera", / is no video device\. /),
		);
	const loop = join(folder, "loop");
	symlinkSync(loop, loop);
	await assert.rejects(
		probeVideoDevice(loop),
		isTrouble("failed", /loop cannot be looked at: .*ELOOP/),
	);
});

test("a device is known by what v4l2-ctl says", {
	skip: needsNode,
}, async () => {
	const v4l2Ctl = standIn("camera", `cat '${camera.pathname}'; exit 255`);
	const info = await probeVideoDevice(node, { v4l2Ctl });
	assert.equal(info.name, "USB 2.0 Camera: USB Camera");
	assert.equal(info.driver, "uvcvideo");
	assert.equal(info.bus, "usb-0000:00:14.0-1");
	assert.equal(info.formats.length, 2);
	assert.equal(await isVideoDeviceThere(node), true);
});

test("a webcam's metadata node is no camera", { skip: needsNode }, async () => {
	const metadata = readFileSync(camera, "utf8")
		.replace("Device Caps      : 0x04200001", "Device Caps      : 0x04a00000")
		.split("ioctl")[0];
	writeFileSync(join(folder, "metadata.txt"), metadata ?? "");
	const v4l2Ctl = standIn("metadata", `cat '${folder}/metadata.txt'`);
	await assert.rejects(
		probeVideoDevice(node, { v4l2Ctl }),
		isTrouble(
			"not-a-camera",
			/\(USB 2\.0 Camera: USB Camera\) captures no video/,
		),
	);
});

test("a v4l2-ctl that misbehaves ends in one clear line", {
	skip: needsNode,
}, async () => {
	const hangs = "exec sleep 60";
	const cases: readonly [string, VideoDeviceTrouble, RegExp][] = [
		[hangs, "failed", /does not answer: v4l2-ctl waited 0\.3 s$/],
		["exec yes", "failed", /is not understood: y/],
		[
			"printf 'no\\nway\\n' >&2; exit 1",
			"failed",
			/is not understood: no way$/,
		],
		["exit 0", "failed", /is not understood: nothing was said of it$/],
		["echo Driver Info", "not-a-camera", /\(unnamed\) captures no video/],
	];
	for (const [script, trouble, message] of cases) {
		const options = {
			v4l2Ctl: standIn("bad", script),
			timeoutMs: script === hangs ? 300 : patienceMs,
		};
		await assert.rejects(
			probeVideoDevice(node, options),
			isTrouble(trouble, message),
		);
	}
	await assert.rejects(
		probeVideoDevice(node, { v4l2Ctl: join(folder, "not-installed") }),
		isTrouble("no-tool", /apt-get install v4l-utils/),
	);
});

test("cameras are listed by number, subdevices are not", async () => {
	const sys = join(folder, "sys");
	for (const [entry, name] of [
		["video10", "Loop"],
		["video2", "Webcam\n"],
		["v4l-subdev0", "Sensor"],
		["radio0", "Radio"],
		["video3", undefined],
	] as const) {
		await mkdir(join(sys, entry), { recursive: true });
		if (name !== undefined) await writeFile(join(sys, entry, "name"), name);
	}
	assert.deepEqual(await listCameras(sys), [
		{ node: "/dev/video2", name: "Webcam" },
		{ node: "/dev/video3", name: "gone" },
		{ node: "/dev/video10", name: "Loop" },
	]);
	assert.deepEqual(await listCameras(join(folder, "nothing")), []);
});

test("who has a file open is found", async (t) => {
	const file = join(folder, "held");
	await writeFile(file, "");
	assert.deepEqual(await videoDeviceHolders(file), []);
	const child = spawn(
		"sh",
		["-c", 'exec 5<"$0"; echo open; exec sleep 60', file],
		{
			stdio: ["ignore", "pipe", "inherit"],
		},
	);
	t.after(() => child.kill());
	await once(child.stdout, "data");
	const [holder, ...others] = await videoDeviceHolders(file);
	assert.equal(holder?.pid, child.pid);
	assert.deepEqual(others, []);
});

test("a wait ends at once for what is there, and when the signal says so", async () => {
	const { signal } = new AbortController();
	await waitForVideoDevice("/x", signal, { isThere: async () => true });

	const gone = new AbortController();
	const waiting = waitForVideoDevice(join(folder, "never"), gone.signal);
	gone.abort(new Error("stopped"));
	await assert.rejects(waiting, /stopped/);
	await assert.rejects(waitForVideoDevice("/x", gone.signal), /stopped/);
});

test("a wait sees a change in the folder without polling", async () => {
	const path = join(folder, "plugged");
	let looks = 0;
	const waiting = waitForVideoDevice(path, AbortSignal.timeout(patienceMs), {
		pollMs: 60_000,
		isThere: async () => {
			looks += 1;
			if (looks === 1) setImmediate(() => writeFileSync(path, ""));
			return looks > 1;
		},
	});
	await waiting;
	await rm(path);
	assert.ok(looks >= 2);
});

test("a wait polls where there is no folder to watch", async (t) => {
	// The wait itself keeps no process alive.
	const alive = setInterval(() => {}, 1000);
	t.after(() => clearInterval(alive));
	let looks = 0;
	await waitForVideoDevice("/nowhere/at/all", AbortSignal.timeout(patienceMs), {
		pollMs: 5,
		isThere: async () => {
			looks += 1;
			if (looks === 2) throw new Error("a look may fail");
			return looks === 4;
		},
	});
	assert.equal(looks, 4);
});
