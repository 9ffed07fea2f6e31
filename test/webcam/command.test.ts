import assert from "node:assert/strict";
import { test } from "node:test";
import { run } from "../helpers/run.ts";
import { program } from "../helpers/service.ts";

const onvifd = (...words: readonly string[]) =>
	run(process.execPath, [program, ...words]);

test("what is wrong on the command line: exit code 2 and one line", async () => {
	const address = "rtsp://ann:secret@127.0.0.1/main";
	for (const [words, message] of [
		[["webcam"], /^onvifd: webcam takes an address and a device; see /],
		[["webcam", address], /takes an address and a device/],
		[["webcam", address, "/dev/video10", "more"], /takes an address and/],
		[["webcam", address, "/tmp/video10"], /the device is no \/dev\//],
		[["webcam", address, "/dev/video10 ! filesink"], /the device is no/],
		[["webcam", "http://ann:secret@camera/", "/dev/video10"], /none that a/],
		[["webcam", "--size", "641x480", address, "/dev/video10"], /--size is/],
		[["webcam", "--size", "big", address, "/dev/video10"], /--size is/],
		[["webcam", "--rate", "0", address, "/dev/video10"], /--rate is/],
		[["webcam", "--transport", "sctp", address, "/dev/video10"], /tcp or udp/],
		[["webcam", "--json", address, "/dev/video10"], /neither --config nor/],
		[["run", "--size", "640x480"], /--size is webcam's alone/],
	] as const) {
		const { code, stderr, stdout } = await onvifd(...words);
		assert.equal(code, 2, stderr);
		assert.match(stderr, message);
		assert.equal(stderr.split("\n").length, 2, stderr);
		assert.equal(stdout.length, 0);
		assert.ok(!stderr.includes("secret"), stderr);
	}
});

test("a device that is not there: exit code 1 and the line to run", async () => {
	const { code, stderr } = await onvifd(
		...["webcam", "rtsp://127.0.0.1/main", "/dev/video-none"],
	);
	assert.equal(code, 1);
	assert.match(
		stderr,
		/^onvifd: \/dev\/video-none is not there; run as root: .*modprobe v4l2loopback video_nr=\d+ exclusive_caps=1/,
	);
});

test("--help tells of it", async () => {
	const { stdout } = await onvifd("--help");
	assert.match(stdout.toString(), /onvifd webcam \[OPTIONS\] ADDRESS \/dev\//);
});
