import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { findVideo } from "../../src/media/relay/video-track.ts";
import { rtspAddress } from "../../src/rtsp-client/address.ts";
import { authorization } from "../../src/rtsp-client/authorization.ts";
import { chooseChallenge } from "../../src/rtsp-client/challenge.ts";
import {
	MessageReader,
	type RtspMessage,
} from "../../src/rtsp-client/message-reader.ts";
import { readDescription } from "../../src/rtsp-client/sdp.ts";

describe("addresses", () => {
	const login = (user: string, password: string) => ({ user, password });
	const cases: [string, ReturnType<typeof rtspAddress>][] = [
		[
			"rtsp://camera",
			{
				host: "camera",
				port: 554,
				tls: false,
				uri: "rtsp://camera/",
				login: undefined,
			},
		],
		[
			"rtsp://[fe80::1]:8554/a?b=c",
			{
				host: "fe80::1",
				port: 8554,
				tls: false,
				uri: "rtsp://[fe80::1]:8554/a?b=c",
				login: undefined,
			},
		],
		[
			"rtsp://ann:p%40ss%20word@camera/1",
			{
				host: "camera",
				port: 554,
				tls: false,
				uri: "rtsp://camera/1",
				login: login("ann", "p@ss word"),
			},
		],
		[
			"rtsp://ann:p@ss:100%@camera/1",
			{
				host: "camera",
				port: 554,
				tls: false,
				uri: "rtsp://camera/1",
				login: login("ann", "p@ss:100%"),
			},
		],
		[
			"RTSPS://camera/1",
			{
				host: "camera",
				port: 322,
				tls: true,
				uri: "rtsps://camera/1",
				login: undefined,
			},
		],
		["http://camera/", undefined],
		["rtsp://camera:0/", undefined],
		["rtsp://camera:99999/", undefined],
		["rtsp:///path", undefined],
		["rtsp://camera/a\r\nEvil: 1", undefined],
	];
	for (const [url, expected] of cases)
		test(JSON.stringify(url), () =>
			assert.deepEqual(rtspAddress(url), expected),
		);
});

describe("logins", () => {
	const user = { user: "Mufasa", password: "Circle of Life" };
	const request = {
		method: "GET",
		uri: "/dir/index.html",
		count: 1,
		cnonce: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
	};
	const nonce = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v";
	const md5 = `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=MD5, nonce="${nonce}", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`;
	const answer = (headers: readonly string[]) => {
		const challenge = chooseChallenge(headers);
		return challenge && authorization(challenge, user, request);
	};

	test("by Digest MD5 and SHA-256 as in RFC 7616, 3.9.1; the stronger where both are offered", () => {
		assert.match(
			answer([md5]) ?? "",
			/response="8ca523f5e9506fed4657c9700eebdbec".*algorithm=MD5.*qop=auth, nc=00000001/,
		);
		const sha256 = md5.replace("MD5", "SHA-256");
		const strong =
			/response="753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"/;
		assert.match(answer([md5, sha256]) ?? "", strong);
		assert.match(answer([`${md5}, ${sha256}`]) ?? "", strong);
	});

	test("without qop as in RFC 2069, and no algorithm where none was named", () => {
		assert.equal(
			answer(['Digest realm="testrealm", nonce="abc"']),
			'Digest username="Mufasa", realm="testrealm", nonce="abc", uri="/dir/index.html", response="22c9574a2a23ba9ba035af490e4bb892"',
		);
	});

	test("by Basic only where nothing else is offered", () => {
		assert.equal(
			answer(['Basic realm="camera"']),
			`Basic ${Buffer.from("Mufasa:Circle of Life").toString("base64")}`,
		);
		assert.match(answer(['Basic realm="camera"', md5]) ?? "", /^Digest /);
		assert.match(answer([`Basic realm="camera", ${md5}`]) ?? "", /^Digest /);
		assert.equal(
			answer(['Basic realm="a"', 'Digest realm="a", nonce="b", algorithm=X']),
			undefined,
		);
		assert.equal(answer([]), undefined);
	});
});

describe("session descriptions", () => {
	const base = "rtsp://camera/stream/";
	const sdp = (...lines: string[]) => ["v=0", ...lines, ""].join("\r\n");

	test("every medium with its formats and its address; a video's parameter sets", () => {
		const text = sdp(
			"a=control:*",
			"m=audio 0 RTP/AVP 97 8",
			"a=rtpmap:97 mpeg4-generic/16000/2",
			"a=fmtp:97 streamtype=5; profile-level-id=1;mode=AAC-hbr;config=1410;sizeLength=13",
			"a=control:track1",
			"m=application 0 RTP/AVP 107",
			"a=rtpmap:107 vnd.onvif.metadata/90000",
			"m=video 0 RTP/AVP 97",
			"a=rtpmap:97 MP4V-ES/90000",
			"m=video 0 RTP/AVP 98",
			"a=rtpmap:98 H264/90000",
			"a=fmtp:98 packetization-mode=1; profile-level-id=420029; sprop-parameter-sets=Z0IAKeKQ,aM48gA==",
			"a=control:track2",
		);
		const description = readDescription(text, base);
		assert.equal(description.control, base);
		assert.deepEqual(
			description.media.map(({ type, control }) => [type, control]),
			[
				["audio", "rtsp://camera/stream/track1"],
				["application", base],
				["video", base],
				["video", "rtsp://camera/stream/track2"],
			],
		);
		assert.deepEqual(description.media[0]?.formats, [
			{
				payloadType: 97,
				encodingName: "MPEG4-GENERIC",
				clockRate: 16_000,
				channels: 2,
				fmtp: new Map([
					["streamtype", "5"],
					["profile-level-id", "1"],
					["mode", "AAC-hbr"],
					["config", "1410"],
					["sizelength", "13"],
				]),
			},
			{
				payloadType: 8,
				encodingName: "PCMA",
				clockRate: 8000,
				channels: 1,
				fmtp: new Map(),
			},
		]);
		assert.equal(
			description.media[1]?.formats[0]?.encodingName,
			"VND.ONVIF.METADATA",
		);
		assert.deepEqual(findVideo(description), {
			encoding: "H264",
			payloadType: 98,
			media: description.media[3],
			parameterSets: [
				Buffer.from("Z0IAKeKQ", "base64"),
				Buffer.from("aM48gA==", "base64"),
			],
			inOrder: true,
		});
	});

	test("JPEG by its number alone; H.265; whole addresses", () => {
		const jpeg = findVideo(
			readDescription(sdp("m=video 0 RTP/AVP 26"), "rtsp://camera/1"),
		);
		assert.equal(jpeg?.encoding, "JPEG");
		assert.equal(jpeg?.media.control, "rtsp://camera/1");
		const hevc = findVideo(
			readDescription(
				sdp(
					"m=video 0 RTP/AVP 96",
					"a=rtpmap:96 H265/90000",
					"a=control:rtsps://camera/other/1",
				),
				base,
			),
		);
		assert.equal(hevc?.encoding, "H265");
		assert.equal(hevc?.media.control, "rtsps://camera/other/1");
	});

	test("packets out of order are none to pass on", () => {
		const text = sdp(
			"m=video 0 RTP/AVP 96",
			"a=rtpmap:96 H264/90000",
			"a=fmtp:96 packetization-mode=2",
		);
		assert.equal(findVideo(readDescription(text, base))?.inOrder, false);
	});

	test("a name that would forge caps is none, and a medium without RTP takes no attributes from the others", () => {
		const text = sdp(
			"m=video 0 RTP/AVP 96",
			"a=rtpmap:96 H264,x=1 ! filesink/90000",
			"m=application 9 DTLS/SCTP webrtc-datachannel",
			"a=control:elsewhere",
		);
		assert.deepEqual(readDescription(text, base).media, [
			{ type: "video", formats: [], control: base },
		]);
	});

	test("however many media and formats: some are read", () => {
		const many = Array.from(
			{ length: 900 },
			(_, i) => `m=video 0 RTP/AVP ${"0 ".repeat(i % 90)}26`,
		);
		const { media } = readDescription(sdp(...many), base);
		assert.equal(media.length, 32);
		assert.ok(media.every(({ formats }) => formats.length <= 32));
	});
});

test("messages and packets come out whole, however the bytes are cut", () => {
	const bytes = Buffer.concat([
		Buffer.from("RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Length: 4\r\n\r\n$abc"),
		Buffer.from([0x24, 0, 0, 3, 1, 2, 3]),
		Buffer.from("\r\nOPTIONS * RTSP/1.0\r\nCSeq: 9\r\n\r\n"),
		Buffer.from([0x24, 1, 0, 1, 0x24]),
	]);
	for (let size = 1; size <= bytes.length; size++) {
		const messages: RtspMessage[] = [];
		const packets: [number, string][] = [];
		const reader = new MessageReader({
			message: (message) => messages.push(message),
			packet: (channel, packet) =>
				packets.push([channel, packet.toString("hex")]),
		});
		for (let at = 0; at < bytes.length; at += size)
			reader.push(bytes.subarray(at, at + size));
		assert.deepEqual(
			messages.map(({ status, headers, body }) => [
				status,
				headers.get("cseq")?.[0],
				body,
			]),
			[
				[200, "1", "$abc"],
				[0, "9", ""],
			],
		);
		assert.deepEqual(packets, [
			[0, "010203"],
			[1, "24"],
		]);
	}
});
