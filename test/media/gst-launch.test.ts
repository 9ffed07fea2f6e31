import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { feedWhenPlaying } from "../../src/media/gstreamer/capture-feed.ts";
import { diagnose } from "../../src/media/gstreamer/diagnose.ts";
import { startGstLaunch } from "../../src/media/gstreamer/gst-launch.ts";

/** Says what gst-launch-1.0 says of a start that fails, in two writes that part a line, and waits for ever. */
const hanging = `#!/bin/sh
printf 'Setting pipeline to PAUSED ...\\nERR' >&2
sleep 0.2
echo 'OR: from element /GstPipeline:pipeline0/GstFileSrc:filesrc0: No such picture.' >&2
exec sleep 600
`;

/** Warns of an ERROR that is none of its own, and goes on until its time is over. */
const healthy = `#!/bin/sh
echo 'WARNING: from element /x: the camera said ERROR: 5' >&2
sleep 1
echo done
`;

/** Says whether anything came before it plays, then that it plays, then what came. */
const fed = `#!/bin/sh
echo "early: $(timeout 0.5 head -c 1 | wc -c)" >&2
echo 'Got message #9 from element "fdsrc0" (state-changed): GstMessageStateChanged, old-state=(GstState)paused, new-state=(GstState)playing;'
echo "then: $(head -c 5)" >&2
`;

describe("the gst-launch-1.0 that pipelines run in", () => {
	const path = process.env.PATH;
	let folder: string;
	before(() => {
		folder = mkdtempSync(join(tmpdir(), "onvifd gst-launch "));
		process.env.PATH = `${folder}:${path}`;
	});
	after(() => {
		process.env.PATH = path;
		rmSync(folder, { recursive: true });
	});
	const standIn = (script: string) => {
		const file = join(folder, "gst-launch-1.0");
		writeFileSync(file, script);
		chmodSync(file, 0o755);
	};

	test("one that told an ERROR is killed when it waits for ever, and its ERROR is what is told", async () => {
		standIn(hanging);
		const exit = await startGstLaunch({ name: "trial", args: [] }, 100).exited;
		assert.equal(exit.signal, "SIGKILL");
		assert.equal(exit.asked, false);
		assert.deepEqual(diagnose(exit), {
			reason:
				"ERROR: from element /GstPipeline:pipeline0/GstFileSrc:filesrc0: No such picture.",
			permanent: false,
		});
	});

	test("one that is fed gets nothing before it plays, and then all of it", async () => {
		standIn(fed);
		const program = startGstLaunch({
			name: "capture",
			args: [],
			writable: true,
		});
		feedWhenPlaying(
			{
				encoding: "H264",
				attach: (stdin) => {
					stdin.write("ab");
					stdin.write("cde");
				},
				close() {},
			},
			program,
		);
		const exit = await program.exited;
		assert.equal(exit.stderr, "early: 0\nthen: abcde\n");
	});

	test("one that only warns is left alone", async () => {
		standIn(healthy);
		const exit = await startGstLaunch({ name: "trial", args: [] }, 0).exited;
		assert.deepEqual(
			{ code: exit.code, signal: exit.signal },
			{ code: 0, signal: undefined },
		);
	});
});
