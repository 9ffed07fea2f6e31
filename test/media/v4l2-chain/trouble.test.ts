import assert from "node:assert/strict";
import { test } from "node:test";
import { failedReads } from "../../../src/media/v4l2-chain/program-log.ts";
import {
	compressTrouble,
	serverTrouble,
	wantsOpenFlags,
} from "../../../src/media/v4l2-chain/trouble.ts";

const exit = {
	code: 255,
	signal: undefined,
	asked: false,
	stderr: "",
	log: "log level:500\n",
};

/** As version 0.2.0 logs; the later ones put place and message on one line. */
const log = (...lines: readonly (readonly [string, string])[]) =>
	[
		"log level:500\n",
		...lines.map(([level, text]) => `[${level}] src/file.cpp:1\n\t${text}`),
	].join("\n");

const compressEndings: readonly [string, Partial<typeof exit>, string][] = [
	[
		"a camera in use",
		{
			log: log(
				[
					"ERROR",
					"/dev/video0: Cannot set format:YUYV Device or resource busy",
				],
				["ERROR", "Cannot init device:/dev/video0"],
			),
		},
		"/dev/video0 is in use by another program",
	],
	[
		"a loopback device with another format",
		{
			log: log([
				"ERROR",
				"/dev/video10: Cannot set pixelformat to:H264 format is:YUYV",
			]),
		},
		"/dev/video10 stays at format YUYV and takes no H264: close the programs that have it open",
	],
	[
		"the first error, not what follows from it",
		{
			stderr: "VIDIOC_REQBUFS: Bad file descriptor\n",
			log: log(
				["NOTICE", "/dev/video0 support capture"],
				["ERROR", "No memory"],
				["ERROR", "Cannot init device:/dev/video0"],
				["WARN", "Cannot create V4L2 capture interface"],
			),
		},
		"v4l2compress ended: No memory (with exit code 255)",
	],
	[
		"a later version's log",
		{ log: "\n[WARN]   (v4l2compress.cpp:215)        \tCannot create it" },
		"v4l2compress ended: Cannot create it (with exit code 255)",
	],
	[
		"nothing but x264's words",
		{ stderr: "x264 [info]: hello\n" },
		"v4l2compress ended: with exit code 255",
	],
	[
		"no such program",
		{ code: 127, stderr: "setpriv: failed to execute v4l2compress" },
		"v4l2compress is missing: build it from https://github.com/mpromonet/v4l2tools",
	],
	[
		"a library that is not there",
		{
			code: 127,
			stderr:
				"v4l2compress: error while loading shared libraries: libx264.so.164: cannot open shared object file: No such file or directory\n",
		},
		"v4l2compress cannot start: libx264.so.164: cannot open shared object file: No such file or directory",
	],
];
for (const [what, how, message] of compressEndings)
	test(`why v4l2compress ended: ${what}`, () => {
		const trouble = compressTrouble(
			{ ...exit, ...how },
			"/dev/video0",
			"/dev/video10",
		);
		assert.equal(trouble.message, message);
		assert.equal(trouble.permanent, how.code === 127);
	});

test("why v4l2rtspserver ended, without the logins on its stderr", () => {
	const stderr =
		'handleCmd_SETUP:SETUP rtsp://h/ RTSP/1.0\r\nAuthorization: Digest response="dd10"\r\n';
	assert.equal(
		serverTrouble({ ...exit, code: 0, stderr }, 8555).message,
		"v4l2rtspserver ended: with exit code 0; its port is 8555",
	);
	const log =
		"\n[NOTICE] (main.cpp:336)   \tVersion: 0.3.13\n[ERROR]  (main.cpp:342)   \tFailed to create RTSP server: Address already in use";
	assert.equal(
		serverTrouble({ ...exit, code: 0, stderr, log }, 8555).message,
		"v4l2rtspserver ended: Failed to create RTSP server: Address already in use (with exit code 0); its port is 8555",
	);
});

test("a v4l2compress that wants -vv is known by its words", () => {
	const stderr = "mmap: Permission denied\nmunmap: Invalid argument\n";
	const said = log([
		"WARN",
		"Cannot create V4L2 capture interface for device:/dev/video0",
	]);
	assert.ok(wantsOpenFlags({ ...exit, stderr, log: said }));
	assert.ok(!wantsOpenFlags({ ...exit, stderr }));
	assert.ok(!wantsOpenFlags({ ...exit, log: said }));
});

test("a camera that is gone is known by reads that fail again and again", () => {
	const gone: string[] = [];
	const hear = failedReads((said) => gone.push(said));
	hear("x264 [info]: hello\nVIDIOC_DQBUF: Input/output error\n");
	assert.deepEqual(gone, []);
	hear("VIDIOC_DQBUF: No such device\n".repeat(15));
	hear("VIDIOC_DQBUF: No such device\n".repeat(15));
	assert.deepEqual(gone, ["VIDIOC_DQBUF: No such device"]);
});
