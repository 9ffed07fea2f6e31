import assert from "node:assert/strict";
import { cp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { prepareVm, startVm } from "./vm.ts";

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));
/** Minutes of an emulated processor: asked for by name. */
const wanted = process.env.ONVIFD_TEST_WEBCAM_CHROMIUM === "1";
const skip = wanted
	? ((await prepareVm()) ?? false)
	: "ONVIFD_TEST_WEBCAM_CHROMIUM=1 runs Chromium in the virtual machine";

test("Chromium lists the webcam, opens it, and its picture moves", {
	skip,
}, async (t) => {
	process.env.VM_MEGABYTES = "2048";
	const vm = await startVm();
	t.after(() => vm.stop());
	await cp(here("../../dist"), join(vm.share, "dist"), { recursive: true });
	await cp(here("guest-webcam-page.mjs"), join(vm.share, "page.mjs"));
	await writeFile(
		join(vm.share, "camera.sdp"),
		"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=video 5004 RTP/AVP 26\r\n",
	);
	await vm.must(
		`modprobe v4l2loopback video_nr=10 exclusive_caps=1 card_label="Network camera"`,
	);
	await vm.must(`
		gst-launch-1.0 -q videotestsrc is-live=true pattern=ball ! video/x-raw,format=I420,width=320,height=240,framerate=5/1 ! jpegenc ! rtpjpegpay ! udpsink host=127.0.0.1 port=5004 >/dev/null 2>&1 &
		node /host/dist/onvifd.js webcam --size 320x240 --rate 5 /host/camera.sdp /dev/video10 >/host/webcam.log 2>&1 &`);
	await vm.must(
		"until grep -q 'has pictures' /host/webcam.log; do sleep 0.5; done",
	);
	const said = await vm.must(
		`chromium --headless=new --no-sandbox --disable-gpu --no-first-run --use-fake-ui-for-media-stream --user-data-dir=/tmp/chromium http://127.0.0.1:8000/ >/host/chromium.log 2>&1 &
		exec node /host/page.mjs`,
		3_600_000,
	);
	const { differing, ...seen } = JSON.parse(said);
	assert.deepEqual(seen, {
		...{ cameras: 1, label: "Network camera", width: 320, height: 240 },
	});
	assert.ok(differing > 0, said);
});
