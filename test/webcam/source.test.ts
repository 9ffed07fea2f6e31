import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { systemClock } from "../../src/system/clock.ts";
import { sdpSource } from "../../src/webcam/sdp-source.ts";
import { webcamSource } from "../../src/webcam/source.ts";
import { WebcamTrouble } from "../../src/webcam/trouble.ts";

const silent = { info() {}, warn() {}, error() {} };

const source = (address: string) =>
	webcamSource(
		{
			address,
			transport: "tcp",
			verifyCertificate: true,
			password: undefined,
		},
		{ clock: systemClock, log: silent },
	);

test("addresses that a webcam can be made of, and others", (t) => {
	const folder = mkdtempSync(join(tmpdir(), "onvifd-webcam-"));
	t.after(() => rmSync(folder, { recursive: true }));
	const file = join(folder, "camera.sdp");
	writeFileSync(
		file,
		"v=0\r\nc=IN IP4 239.1.2.3/4\r\nm=video 5004 RTP/AVP 26\r\n",
	);
	for (const address of [
		"rtsp://ann:secret@camera/path",
		"rtsps://camera:8322/",
		"rtp://239.1.2.3:5004",
		"rtp://[::]:5004",
		file,
	])
		assert.ok(source(address), address);
	for (const [address, message] of [
		["rtsp://", /^the address is no rtsp:/],
		["rtp://camera:5004", /^the address is no rtp:.*0\.0\.0\.0 for any$/],
		["rtp://239.1.2.3", /^the address is no rtp:/],
		["rtp://239.1.2.3:70000", /^the address is no rtp:/],
		["http://ann:secret@camera/", /^the address is none that a webcam/],
		[join(folder, "none.sdp"), /^the SDP file cannot be read: ENOENT/],
	] as const)
		assert.throws(
			() => source(address),
			(error) =>
				error instanceof WebcamTrouble &&
				error.usage &&
				message.test(error.message) &&
				!error.message.includes("secret"),
			address,
		);
});

test("SDP files: the first video that we know, its own address before the session's", () => {
	const place = sdpSource(
		[
			"v=0",
			"o=- 1 1 IN IP4 10.0.0.1",
			"c=IN IP4 10.0.0.2",
			"m=audio 5006 RTP/AVP 0",
			"m=video 5008 RTP/AVP 99",
			"a=rtpmap:99 VP8/90000",
			"m=video 5004 RTP/AVP 96",
			"c=IN IP6 ff15::1/2",
			"a=rtpmap:96 H264/90000",
			"a=fmtp:96 packetization-mode=1;sprop-parameter-sets=Z0LAHtoCgPaEAAADAAQAAAMAo8WLqA==,aM48gA==",
		].join("\n"),
	);
	assert.deepEqual([place.host, place.port], ["ff15::1", 5004]);
	assert.equal(place.track?.encoding, "H264");
	assert.equal(place.track?.parameterSets.length, 2);
	for (const [text, message] of [
		["", /no SDP file/],
		["<html>", /no SDP file/],
		["v=0\nc=IN IP4 10.0.0.2\nm=audio 5004 RTP/AVP 0", /names no H\.264/],
		["v=0\nm=video 5004 RTP/AVP 26", /no numeric address in its c= line/],
		["v=0\nc=IN IP4 camera\nm=video 5004 RTP/AVP 26", /no numeric address/],
		["v=0\nc=IN IP4 0.0.0.0\nm=video 0 RTP/AVP 26", /asked for by RTSP/],
	] as const)
		assert.throws(() => sdpSource(text), message, text);
});
