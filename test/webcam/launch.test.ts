import assert from "node:assert/strict";
import { test } from "node:test";
import { lookLine, webcamLine } from "../../src/webcam/launch.ts";
import { pictureFrom } from "../../src/webcam/look.ts";

const decoding = (encoding: string, depayloader: string) =>
	`fdsrc fd=0 do-timestamp=true ! application/x-rtp-stream,media=video,clock-rate=90000,encoding-name=${encoding} ! rtpstreamdepay ! ${depayloader} ! decodebin !`;

test("the lines, as GStreamer is given them", () => {
	const picture = { width: 640, height: 360, frameRate: 15 };
	const sink = `queue leaky=downstream max-size-buffers=2 max-size-bytes=0 max-size-time=0 ! capssetter caps=video/x-raw,framerate=15/1,chroma-site=mpeg2,interlace-mode=progressive ! videoconvert ! videoscale add-borders=true ! video/x-raw,format=I420,width=640,height=360,pixel-aspect-ratio=1/1 ! v4l2sink device=/dev/video10 sync=false`;
	for (const [encoding, depayloader] of [
		["H264", "rtph264depay"],
		["H265", "rtph265depay"],
		["JPEG", "rtpjpegdepay"],
	] as const) {
		assert.equal(
			webcamLine(encoding, picture, "/dev/video10").join(" "),
			`-q ${decoding(encoding, depayloader)} ${sink}`,
		);
		assert.equal(
			lookLine(encoding).join(" "),
			`-v ${decoding(encoding, depayloader)} fakesink sync=false`,
		);
	}
});

const said = (caps: string) =>
	pictureFrom(
		`Setting pipeline\n/GstPipeline:pipeline0/GstFakeSink:fakesink0.GstPad:sink: caps = video/x-raw, format=(string)I420, ${caps}\nmore`,
	);

test("size and rate are read from what GStreamer says", () => {
	assert.deepEqual(
		said("width=(int)320, height=(int)181, framerate=(fraction)30000/1001"),
		{ width: 320, height: 180, frameRate: 30 },
	);
	const unknown = { width: 320, height: 180, frameRate: 30 };
	for (const rate of ["0/1", "1/0", "90000/1"])
		assert.deepEqual(
			said(`width=(int)320, height=(int)180, framerate=(fraction)${rate}`),
			unknown,
			rate,
		);
	assert.deepEqual(said("width=(int)320, height=(int)180"), unknown);
	assert.deepEqual(said("width=(int)1, height=(int)99999"), {
		...{ width: 16, height: 8192, frameRate: 30 },
	});
	assert.equal(pictureFrom("Setting pipeline to PAUSED ...\n"), undefined);
	// Said of another pad than that of the sink, and not yet whole.
	const other =
		"/GstPipeline:pipeline0/GstDecodeBin:decodebin0/avdec_h264:avdec_h264-0.GstPad:src: caps = video/x-raw, format=(string)I420, width=(int)320, height=(int)240, framerate=(fraction)25/1";
	assert.equal(pictureFrom(other), undefined);
	assert.deepEqual(pictureFrom(`${other}\n`), {
		...{ width: 320, height: 240, frameRate: 25 },
	});
});
