import {
	mkdirSync,
	mkdtempSync,
	readFileSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import type { Log } from "../../src/system/log.ts";
import { MediaSensors } from "../../src/system/media-sensor.ts";
import type { SensorRequest } from "../../src/system/sensor-setup.ts";
import {
	parseVideoFormats,
	type VideoFormat,
} from "../../src/system/video-formats.ts";

const program = fileURLToPath(
	new URL("../../fixtures/programs/media-ctl", import.meta.url),
);

export interface StandInOptions {
	/** Bus formats of the sensor, the one it falls back to first. */
	readonly codes?: readonly string[];
	/** What sensor and bridge do at most. */
	readonly most?: readonly [number, number];
	/** Frames a second of the sensor; without, it knows no rates. */
	readonly rates?: readonly number[];
	/** Whether the sensor is linked at the start. */
	readonly linked?: boolean;
	/** Formats of the video node. */
	readonly fourccs?: readonly string[];
	readonly bridgeCodes?: readonly string[];
}

/** A board with an ov5640 and a second sensor behind one bridge, as the PineCube's kernel shows it. */
export function standInSensor(t: TestContext, options: StandInOptions = {}) {
	const {
		codes = ["UYVY8_2X8", "YUYV8_2X8", "JPEG_1X8"],
		most = [2592, 1944],
		rates,
		linked = true,
		fourccs = ["UYVY", "NV12"],
		bridgeCodes = ["UYVY8_2X8", "YUYV8_2X8", "JPEG_1X8"],
	} = options;
	const folder = mkdtempSync(join(tmpdir(), "onvifd-sensor-"));
	t.after(() => rmSync(folder, { recursive: true }));
	const node = join(folder, "video1");
	writeFileSync(node, "");
	const sensor = (name: string) => ({
		name,
		type: "V4L2 subdev subtype Sensor",
		node: `/dev/v4l-subdev-${name.slice(0, 2)}`,
		pads: [{ codes, most, rates, format: [codes[0], 640, 480] }],
	});
	const pad = {
		codes: bridgeCodes,
		most,
		format: [bridgeCodes[0], 320, 240],
	};
	writeFileSync(
		join(folder, "graph.json"),
		JSON.stringify({
			device: "/dev/media0",
			driver: "sun6i-csi",
			entities: [
				{
					name: "sun6i-csi-bridge",
					type: "V4L2 subdev subtype Unknown",
					node: "/dev/v4l-subdev0",
					pads: [
						{ ...pad, sink: true },
						{ ...pad, follows: true },
					],
				},
				{
					name: "sun6i-csi-capture",
					type: "Node subtype V4L",
					node,
					pads: [{ sink: true }],
				},
				sensor("ov5640 3-003c"),
				sensor("gc2145 3-003d"),
			],
			links: [
				{
					from: ["sun6i-csi-bridge", 1],
					to: ["sun6i-csi-capture", 0],
					enabled: true,
					immutable: true,
				},
				{
					from: ["gc2145 3-003d", 0],
					to: ["sun6i-csi-bridge", 0],
					enabled: !linked,
					immutable: false,
				},
				{
					from: ["ov5640 3-003c", 0],
					to: ["sun6i-csi-bridge", 0],
					enabled: linked,
					immutable: false,
				},
			],
		}),
	);
	const calls = join(folder, "calls");
	writeFileSync(calls, "");
	const mediaCtl = join(folder, "media-ctl");
	writeFileSync(
		mediaCtl,
		`#!/bin/sh\necho "$*" >>'${calls}'\nSTAND_IN='${folder}' exec node '${program}' "$@"\n`,
		{ mode: 0o755 },
	);
	const lines: string[] = [];
	const note = (message: string) => void lines.push(message);
	const log: Log = { info: note, warn: note, error: note };
	// What its sub-devices say they have: nothing, as with drivers that do not list it.
	const v4l2Ctl = join(folder, "v4l2-ctl");
	writeFileSync(
		v4l2Ctl,
		`#!/bin/sh\ncat "${folder}/codes-$(basename "$2")" 2>/dev/null\n`,
		{ mode: 0o755 },
	);
	const sys = join(folder, "sys");
	boardSys(sys);
	const sensors = new MediaSensors(log, { mediaCtl, v4l2Ctl, sys });
	return {
		folder,
		node,
		sys,
		lines,
		mediaCtl,
		log,
		setUp: (request: Partial<SensorRequest> = {}) =>
			sensors.setUp({
				path: node,
				choice: { entity: null, device: null, busFormat: null },
				kinds: ["raw"],
				width: 1280,
				height: 720,
				frameRate: 15,
				formats: () => Promise.resolve(formatsOf(fourccs)),
				...request,
			}),
		forget: () => sensors.forget(node),
		/** What media-ctl was asked since the last time. */
		asked(): string[] {
			const text = readFileSync(calls, "utf8");
			writeFileSync(calls, "");
			return text
				.split("\n")
				.filter(Boolean)
				.map((line) => line.replace("-d /dev/media0 ", ""));
		},
	};
}

/** A host's /sys with this board's video node, its sub-devices, and a USB camera. */
export function boardSys(sys: string): void {
	const csi = join(sys, "devices/platform/soc/1cb4000.csi");
	const usb = join(sys, "devices/platform/soc/usb1/1-1/1-1:1.0");
	for (const path of [
		"video4linux/video1",
		"video4linux/v4l-subdev0",
		"media0",
	])
		mkdirSync(join(csi, path), { recursive: true });
	for (const path of ["video4linux/video0", "media1"])
		mkdirSync(join(usb, path), { recursive: true });
	mkdirSync(join(sys, "class/video4linux"), { recursive: true });
	mkdirSync(join(sys, "bus/media/devices"), { recursive: true });
	const link = (target: string, path: string) =>
		symlinkSync(target, join(sys, path));
	for (const name of ["video1", "v4l-subdev0"]) {
		link(join(csi, "video4linux", name), `class/video4linux/${name}`);
		symlinkSync(csi, join(csi, "video4linux", name, "device"));
	}
	link(join(usb, "video4linux/video0"), "class/video4linux/video0");
	symlinkSync(usb, join(usb, "video4linux/video0/device"));
	link(join(csi, "media0"), "bus/media/devices/media0");
	link(join(usb, "media1"), "bus/media/devices/media1");
}

function formatsOf(fourccs: readonly string[]): readonly VideoFormat[] {
	return parseVideoFormats(
		fourccs
			.map(
				(fourcc, at) =>
					`\t[${at}]: '${fourcc}' (words${fourcc === "JPEG" ? ", compressed" : ""})`,
			)
			.join("\n"),
	);
}
