import assert from "node:assert/strict";
import { test } from "node:test";
import {
	compressLine,
	formatLine,
	formatOfLine,
	infoLine,
	rateLine,
	serverLine,
} from "../../../src/media/v4l2-chain/launch.ts";
import { directUri, makeLogin } from "../../../src/media/v4l2-chain/login.ts";
import { pictureLine } from "../../../src/media/v4l2-chain/picture.ts";
import { encoderConfiguration } from "../../helpers/media.ts";

const h264 = encoderConfiguration({ govLength: 10, quality: 75 });
const jpeg = encoderConfiguration({ encoding: "JPEG", quality: 60 });
const devices = { camera: "/dev/video0", loopback: "/dev/video10" };
const login = makeLogin((size) => Buffer.alloc(size, 0xab));

const lines: readonly [string, readonly string[], string][] = [
	[
		"format and size",
		formatLine("/dev/video0", { fourcc: "YUYV", width: 640, height: 480 }),
		"--device /dev/video0 --set-fmt-video=width=640,height=480,pixelformat=YUYV",
	],
	[
		"rate",
		rateLine("/dev/video0", 12.5),
		"--device /dev/video0 --set-parm=12.5",
	],
	[
		"read-back",
		formatOfLine("/dev/video0"),
		"--device /dev/video0 --get-fmt-video",
	],
	["driver", infoLine("/dev/video10"), "--device /dev/video10 --info"],
	[
		"v4l2compress 0.2.0, H.264",
		compressLine({ ...devices, encoder: h264, openFlags: false }),
		"-fH264 -G10 -F23 /dev/video0 /dev/video10",
	],
	[
		"v4l2compress after 0.2.0",
		compressLine({ ...devices, encoder: h264, openFlags: true }),
		"-vv -fH264 -G10 -F23 /dev/video0 /dev/video10",
	],
	[
		"v4l2compress at its best",
		compressLine({
			...devices,
			encoder: { ...h264, quality: 100 },
			openFlags: false,
		}),
		"-fH264 -G10 -F14 /dev/video0 /dev/video10",
	],
	[
		"v4l2compress, JPEG",
		compressLine({ ...devices, encoder: jpeg, openFlags: false }),
		"-fJPEG -q60 /dev/video0 /dev/video10",
	],
	[
		"v4l2rtspserver",
		serverLine({
			loopback: "/dev/video10",
			encoding: "H264",
			frameRate: 10,
			port: 40_000,
			open: false,
			path: "0123",
			login,
			folder: "/tmp/empty",
		}),
		"-I 127.0.0.1 -P 40000 -u 0123 -R onvifd-chain -U abababab:9314db045ba8b0d24362afd97ec0aa5d -b /tmp/empty -F 10 -fH264 /dev/video10",
	],
	[
		"snapshot",
		pictureLine(75),
		"-q fdsrc fd=0 ! application/x-rtp-stream,media=video,clock-rate=90000,encoding-name=H264,payload=96 ! rtpstreamdepay ! rtph264depay ! decodebin ! videoconvert ! videobalance contrast=1.16438356 brightness=-0.0627451 saturation=1.13839286 ! jpegenc quality=75 ! fdsink fd=1 sync=false",
	],
];

for (const [what, line, expected] of lines)
	test(`launch line: ${what}`, () => assert.equal(line.join(" "), expected));

test("a direct address is short enough for every service", () => {
	const host = "[2001:db8:1111:2222:3333:4444:5555:6666]";
	const uri = directUri({ port: 65_535, path: "live", login }, host);
	assert.equal(uri, `rtsp://abababab:${"ab".repeat(16)}@${host}:65535/live`);
	assert.ok(uri.length <= 128);
});

test("the password is no part of a line", () => {
	const line = serverLine({
		loopback: "/dev/video10",
		encoding: "JPEG",
		frameRate: 5,
		port: 1,
		open: true,
		path: "x",
		login,
		folder: "/tmp/empty",
	});
	assert.ok(line.includes("-fJPEG"));
	assert.ok(!line.includes("-I"), "clients come from the network");
	assert.ok(!line.join(" ").includes(login.password));
});
