import assert from "node:assert/strict";
import test from "node:test";
import { writeSdp } from "../../src/rtsp/sdp.ts";
import { h264Description } from "./fake-stream.ts";

const session = {
	name: "Main stream",
	sessionId: 3405648436,
	localAddress: "192.0.2.7",
	tracks: [{ trackId: 0, description: h264Description }],
};

test("an H.264 presentation over IPv4, line by line", () => {
	const lines = writeSdp(session).split("\r\n");
	const origin = lines.splice(1, 1)[0];
	assert.match(origin ?? "", /^o=- 3405648436 \d+ IN IP4 192\.0\.2\.7$/);
	assert.deepEqual(lines, [
		"v=0",
		"s=Main stream",
		"c=IN IP4 0.0.0.0",
		"t=0 0",
		"a=control:*",
		"a=range:npt=now-",
		"m=video 0 RTP/AVP 96",
		"b=AS:500",
		"a=rtpmap:96 H264/90000",
		"a=fmtp:96 packetization-mode=1;profile-level-id=42c01e",
		"a=framerate:25",
		"a=recvonly",
		"a=control:trackID=0",
		"",
	]);
});

test("JPEG with a broken frame rate over IPv6, and a second track", () => {
	const sdp = writeSdp({
		...session,
		localAddress: "2001:db8::7",
		tracks: [
			{
				trackId: 0,
				description: {
					...h264Description,
					encodingName: "JPEG",
					payloadType: 26,
					fmtp: undefined,
					frameRate: 30000 / 1001,
					bitrateKbit: undefined,
				},
			},
			{
				trackId: 2,
				description: {
					media: "audio",
					encodingName: "MPEG4-GENERIC",
					payloadType: 97,
					clockRate: 16000,
					channels: 2,
					fmtp: "mode=AAC-hbr",
					bitrateKbit: 64,
				},
			},
		],
	});
	assert.match(sdp, /^o=- \d+ \d+ IN IP6 2001:db8::7\r$/m);
	assert.match(sdp, /^c=IN IP6 ::\r$/m);
	assert.match(
		sdp,
		/m=video 0 RTP\/AVP 26\r\na=rtpmap:26 JPEG\/90000\r\na=framerate:29\.97\r\na=recvonly\r\na=control:trackID=0\r\nm=audio 0 RTP\/AVP 97\r\nb=AS:64\r\na=rtpmap:97 MPEG4-GENERIC\/16000\/2\r\na=fmtp:97 mode=AAC-hbr\r\na=recvonly\r\n/,
	);
	assert.ok(sdp.endsWith("a=control:trackID=2\r\n"), "a track keeps its place");
});

test("the version changes with the description, and with nothing else", () => {
	const version = (fmtp: string, name: string) =>
		/^o=- \d+ (\d+) /m.exec(
			writeSdp({
				...session,
				name,
				tracks: [{ trackId: 0, description: { ...h264Description, fmtp } }],
			}),
		)?.[1];
	assert.equal(version("a=1", "x"), version("a=1", "x"));
	assert.notEqual(version("a=1", "x"), version("a=2", "x"));
});

test("a profile's name adds no lines", () => {
	const name = (text: string) =>
		/^s=(.*)\r$/m.exec(writeSdp({ ...session, name: text }))?.[1];
	assert.equal(name("a\r\nm=audio 0 RTP/AVP 0"), "a m=audio 0 RTP/AVP 0");
	assert.equal(name("Küche"), "Küche");
	assert.equal(name(""), "-");
});
