import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
	type H264Encoder,
	h264Elements,
} from "../../src/media/gstreamer/h264-encoders.ts";
import {
	captureLine,
	encoderLine,
	snapshotLine,
	trialLine,
} from "../../src/media/gstreamer/launch.ts";
import {
	decoderLine,
	jpegLine,
	passLine,
} from "../../src/media/gstreamer/launch-compressed.ts";
import type { CompressedMode } from "../../src/system/capture-mode.ts";
import { encoderConfiguration } from "../helpers/media.ts";

const raw = { width: 1280, height: 720, frameRate: 15 };
const shared =
	"shmsrc socket-path=/run/s is-live=true do-timestamp=true ! video/x-raw,format=I420,width=1280,height=720,framerate=15/1,pixel-aspect-ratio=1/1,interlace-mode=progressive ! queue leaky=downstream max-size-buffers=1";
const toNode = "rtpstreampay ! fdsink fd=1 sync=false async=false";
const session = `application/x-rtp,rtcp-fb-nack-pli=(boolean)true ! session.send_rtp_sink rtpsession name=session rtp-profile=avpf session.send_rtp_src ! ${toNode} fdsrc fd=0 do-timestamp=true ! application/x-rtcp-stream ! rtpstreamdepay ! session.recv_rtcp_sink`;
const h264 = (tools: string, profile: string) =>
	`x264enc speed-preset=ultrafast tune=zerolatency threads=1 bframes=0 ${tools} bitrate=2000 key-int-max=30 ! video/x-h264,profile=${profile} ! h264parse config-interval=-1 ! rtph264pay pt=96 ssrc=3615 config-interval=-1 aggregate-mode=zero-latency mtu=1400 ! rtponviftimestamp ! ${session}`;

describe("launch lines", () => {
	const cases: [string, string[], string][] = [
		[
			"test source with a clock",
			captureLine(
				{ ...raw, source: { kind: "test", pattern: "ball", clock: true } },
				"/run/s",
			),
			"-q videotestsrc is-live=true pattern=ball background-color=0xff1f3a5f foreground-color=0xffffd166 ! video/x-raw,format=I420,width=1280,height=720,framerate=15/1 ! clockoverlay time-format=%F %T font-desc=Sans 20 halignment=left valignment=bottom shaded-background=true ! shmsink socket-path=/run/s wait-for-connection=false sync=false async=false shm-size=13824000",
		],
		[
			"V4L2 device in the wanted mode",
			captureLine(
				{ ...raw, source: { kind: "v4l2", device: "/dev/video0" } },
				"/run/s",
				{ ...raw, fourcc: "YU12", rawFormat: "I420" },
			),
			"-q v4l2src device=/dev/video0 ! video/x-raw,format=I420,width=1280,height=720,framerate=15/1 ! shmsink socket-path=/run/s wait-for-connection=false sync=false async=false shm-size=13824000",
		],
		[
			"V4L2 device in another mode",
			captureLine(
				{ ...raw, source: { kind: "v4l2", device: "/dev/video0" } },
				"/run/s",
				{
					width: 1920,
					height: 1080,
					frameRate: 12.5,
					fourcc: "UYVY",
					rawFormat: "UYVY",
				},
			),
			"-q v4l2src device=/dev/video0 ! video/x-raw,format=UYVY,width=1920,height=1080,framerate=25/2 ! videorate ! videoscale ! videoconvert ! video/x-raw,format=I420,width=1280,height=720,framerate=15/1,pixel-aspect-ratio=1/1 ! shmsink socket-path=/run/s wait-for-connection=false sync=false async=false shm-size=13824000",
		],
		[
			"another camera, whose video comes on stdin",
			captureLine(
				{
					...raw,
					source: {
						kind: "rtsp",
						url: "rtsp://ann:secret@camera/1",
						transport: "tcp",
						user: "ann",
						password: "secret",
						verifyCertificate: true,
						original: null,
						passThrough: true,
					},
				},
				"/run/s",
				undefined,
				"H265",
			),
			"-m fdsrc fd=0 do-timestamp=true ! application/x-rtp-stream,media=video,clock-rate=90000,encoding-name=H265 ! rtpstreamdepay ! rtpjitterbuffer latency=100 ! rtph265depay ! decodebin ! videorate ! videoscale ! videoconvert ! video/x-raw,format=I420,width=1280,height=720,framerate=15/1,pixel-aspect-ratio=1/1 ! identity drop-allocation=true ! shmsink socket-path=/run/s wait-for-connection=false sync=false async=false shm-size=13824000",
		],
		[
			"a video file",
			captureLine(
				{ ...raw, source: { kind: "file", path: "/srv/a film.mp4" } },
				"/run/s",
			),
			"-q filesrc location=/srv/a film.mp4 ! decodebin ! clocksync ! videorate ! videoscale ! videoconvert ! video/x-raw,format=I420,width=1280,height=720,framerate=15/1,pixel-aspect-ratio=1/1 ! identity drop-allocation=true ! shmsink socket-path=/run/s wait-for-connection=false sync=false async=false shm-size=13824000",
		],
		[
			"H.264 as captured",
			encoderLine(raw, encoderConfiguration({}), "/run/s"),
			`-q ${shared} ! ${h264("cabac=true", "main")}`,
		],
		[
			"H.264 smaller and slower",
			encoderLine(
				raw,
				encoderConfiguration({
					width: 640,
					height: 360,
					frameRate: 10,
					h264Profile: "Baseline",
				}),
				"/run/s",
			),
			`-q ${shared} ! videorate drop-only=true ! video/x-raw,framerate=10/1 ! videoscale ! video/x-raw,width=640,height=360,pixel-aspect-ratio=1/1 ! ${h264("cabac=false", "constrained-baseline")}`,
		],
		[
			"JPEG",
			encoderLine(
				raw,
				encoderConfiguration({ encoding: "JPEG", quality: 70 }),
				"/run/s",
			),
			`-q ${shared} ! videobalance contrast=1.16438356 brightness=-0.0627451 saturation=1.13839286 ! jpegenc quality=70 ! rtpjpegpay pt=26 ssrc=3615 mtu=1400 ! rtponviftimestamp ! ${toNode}`,
		],
		[
			"snapshot",
			snapshotLine(raw, { width: 320, height: 240, quality: 90 }, "/run/s"),
			"-q shmsrc socket-path=/run/s is-live=true do-timestamp=true num-buffers=1 ! video/x-raw,format=I420,width=1280,height=720,framerate=15/1,pixel-aspect-ratio=1/1,interlace-mode=progressive ! videoscale ! video/x-raw,width=320,height=240,pixel-aspect-ratio=1/1 ! videobalance contrast=1.16438356 brightness=-0.0627451 saturation=1.13839286 ! jpegenc quality=90 ! fdsink fd=1 sync=false async=false",
		],
	];
	const device = { kind: "v4l2", device: "/dev/video0" } as const;
	const jpeg: CompressedMode = { ...raw, fourcc: "MJPG", compression: "jpeg" };
	const own: CompressedMode = { ...raw, fourcc: "H264", compression: "h264" };
	const sink =
		"shmsink socket-path=/run/s wait-for-connection=false sync=false async=false";
	const compressed =
		"shmsrc socket-path=/run/c is-live=true do-timestamp=true !";
	cases.push(
		[
			"the camera's own JPEG",
			captureLine({ ...raw, source: device }, "/run/s", jpeg),
			`-q v4l2src device=/dev/video0 ! image/jpeg,width=1280,height=720,framerate=15/1 ! ${sink} shm-size=13824000`,
		],
		[
			"the camera's own H.264, at an unknown rate",
			captureLine({ ...raw, source: device }, "/run/s", {
				...own,
				frameRate: undefined,
			}),
			`-q v4l2src device=/dev/video0 ! video/x-h264,stream-format=byte-stream,alignment=au,width=1280,height=720 ! ${sink} shm-size=13824000`,
		],
		[
			"JPEG as it comes",
			passLine(jpeg, 15, "/run/c"),
			`-q ${compressed} image/jpeg,width=1280,height=720,framerate=15/1 ! rtpjpegpay pt=26 ssrc=3615 mtu=1400 ! rtponviftimestamp ! ${toNode}`,
		],
		[
			"some of the JPEG",
			passLine(jpeg, 2.5, "/run/c"),
			`-q ${compressed} image/jpeg,width=1280,height=720,framerate=15/1 ! videorate drop-only=true ! image/jpeg,framerate=5/2 ! rtpjpegpay pt=26 ssrc=3615 mtu=1400 ! rtponviftimestamp ! ${toNode}`,
		],
		[
			"H.264 as it comes",
			passLine(own, 15, "/run/c"),
			`-q ${compressed} video/x-h264,stream-format=byte-stream,alignment=au,width=1280,height=720,framerate=15/1 ! h264parse config-interval=-1 ! rtph264pay pt=96 ssrc=3615 config-interval=-1 aggregate-mode=zero-latency mtu=1400 ! rtponviftimestamp ! ${toNode}`,
		],
		[
			"JPEG decoded",
			decoderLine(raw, "/run/s", jpeg, "/run/c"),
			`-q ${compressed} image/jpeg,width=1280,height=720,framerate=15/1,pixel-aspect-ratio=1/1 ! queue leaky=downstream max-size-buffers=1 ! jpegdec ! videoconvert ! video/x-raw,format=I420,width=1280,height=720,framerate=15/1 ! videobalance contrast=0.85882353 brightness=0.0538870 saturation=0.87843137 ! ${sink} shm-size=13824000`,
		],
		[
			"H.264 decoded, scaled and at another rate",
			decoderLine(
				raw,
				"/run/s",
				{ ...own, width: 1920, height: 1080, frameRate: 30 },
				"/run/c",
			),
			`-q ${compressed} video/x-h264,stream-format=byte-stream,alignment=au,width=1920,height=1080,framerate=30/1,pixel-aspect-ratio=1/1 ! h264parse ! avdec_h264 ! videorate ! videoscale ! videoconvert ! video/x-raw,format=I420,width=1280,height=720,framerate=15/1,pixel-aspect-ratio=1/1 ! ${sink} shm-size=13824000`,
		],
		[
			"the camera's own picture as a snapshot",
			jpegLine(jpeg, "/run/c"),
			"-q shmsrc socket-path=/run/c is-live=true do-timestamp=true num-buffers=1 ! image/jpeg,width=1280,height=720,framerate=15/1 ! fdsink fd=1 sync=false async=false",
		],
	);
	const encoders: [H264Encoder, string][] = [
		[
			"v4l2h264enc",
			"videoconvert ! v4l2h264enc extra-controls=controls,video_bitrate=2000000,video_gop_size=30,h264_i_frame_period=30,repeat_sequence_header=1 ! video/x-h264,profile=main,level=(string)4",
		],
		[
			"cedar_h264enc",
			"videoconvert ! cedar_h264enc bitrate=2000 keyint=30 ! video/x-h264",
		],
		[
			"omxh264enc",
			"videoconvert ! omxh264enc control-rate=variable target-bitrate=2000000 interval-intraframes=30 ! video/x-h264,profile=main",
		],
		[
			"vah264enc",
			"videoconvert ! vah264enc b-frames=0 bitrate=2000 key-int-max=30 ! video/x-h264,profile=main",
		],
		[
			"vaapih264enc",
			"videoconvert ! vaapih264enc max-bframes=0 rate-control=cbr bitrate=2000 keyframe-period=30 ! video/x-h264,profile=main",
		],
		[
			"nvh264enc",
			"videoconvert ! nvh264enc zerolatency=true rc-mode=cbr bitrate=2000 gop-size=30 ! video/x-h264,profile=main",
		],
		[
			"openh264enc",
			"openh264enc complexity=low multi-thread=1 rate-control=bitrate bitrate=2000000 gop-size=30 ! video/x-h264,profile=main",
		],
	];
	for (const [encoder, expected] of encoders)
		cases.push([
			encoder,
			h264Elements(encoder, encoderConfiguration({})),
			expected,
		]);
	cases.push(
		[
			"trial",
			trialLine("openh264enc", encoderConfiguration({})),
			`-q videotestsrc num-buffers=5 ! video/x-raw,format=I420,width=1280,height=720,framerate=15/1 ! ${encoders.at(-1)?.[1]} ! h264parse ! fdsink fd=1 sync=false`,
		],
		[
			"another encoder",
			encoderLine(raw, encoderConfiguration({}), "/run/s", "openh264enc"),
			`-q ${shared} ! ${h264("", "").replace(/^.*?(?= ! h264parse)/, encoders.at(-1)?.[1] ?? "")}`,
		],
		[
			"hardware in Baseline at 1080p60",
			h264Elements(
				"v4l2h264enc",
				encoderConfiguration({
					width: 1920,
					height: 1080,
					frameRate: 60,
					h264Profile: "Baseline",
				}),
			),
			"videoconvert ! v4l2h264enc extra-controls=controls,video_bitrate=2000000,video_gop_size=30,h264_i_frame_period=30,repeat_sequence_header=1 ! video/x-h264,profile=(string){constrained-baseline,baseline},level=(string)4.2",
		],
	);
	for (const [name, line, expected] of cases)
		test(name, () => assert.equal(line.join(" "), expected));
});
