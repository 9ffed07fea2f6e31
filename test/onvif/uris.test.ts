import assert from "node:assert/strict";
import { test } from "node:test";
import { operations as trt } from "../../src/onvif/media/operations.ts";
import { contextUnderTest, refused } from "./device-under-test.ts";
import { setup } from "./media-helpers.ts";

const incomplete = ["ter:Action", "ter:IncompleteConfiguration"] as const;

test("the stream URI is one for UDP, TCP and RTSP, on the client's address", async (t) => {
	const context = await contextUnderTest(t);
	for (const protocol of ["UDP", "RTSP", "TCP"] as const) {
		assert.deepEqual(
			await trt.GetStreamUri.run(
				{ ProfileToken: "sub", StreamSetup: setup(protocol) },
				context,
			),
			{
				MediaUri: {
					Uri: "rtsp://192.0.2.10:8554/sub",
					InvalidAfterConnect: false,
					InvalidAfterReboot: false,
					Timeout: "PT0S",
				},
			},
		);
	}
	await refused(
		"trt:GetStreamUri",
		() =>
			trt.GetStreamUri.run(
				{
					ProfileToken: "sub",
					StreamSetup: setup("HTTP", "RTP-Multicast"),
				},
				context,
			),
		"ter:InvalidArgVal",
		"ter:InvalidStreamSetup",
	);
	const multicast = await trt.GetStreamUri.run(
		{ ProfileToken: "sub", StreamSetup: setup("UDP", "RTP-Multicast") },
		context,
	);
	assert.equal(multicast.MediaUri.Uri, "rtsp://192.0.2.10:8554/sub?multicast");
	const { MediaUri } = await trt.GetSnapshotUri.run(
		{ ProfileToken: "sub" },
		context,
	);
	assert.equal(MediaUri.Uri, "http://192.0.2.10:8080/snapshot/sub");
});

test("the stream URI for HTTP is on the port of the services", async (t) => {
	const context = await contextUnderTest(t);
	const request = { ProfileToken: "sub", StreamSetup: setup("HTTP") };
	const direct = { ...context, directUri: () => "rtsp://elsewhere/sub" };
	for (const one of [context, direct]) {
		const { MediaUri } = await trt.GetStreamUri.run(request, one);
		assert.equal(MediaUri.Uri, "http://192.0.2.10:8080/sub");
	}
});

test("a stream URI may be another server's, until that starts anew", async (t) => {
	const context = await contextUnderTest(t);
	const { MediaUri } = await trt.GetStreamUri.run(
		{ ProfileToken: "sub", StreamSetup: setup("RTSP") },
		{
			...context,
			directUri: (profile, host) => `rtsp://u:p@${host}:8555/${profile}`,
		},
	);
	assert.deepEqual(MediaUri, {
		Uri: "rtsp://u:p@192.0.2.10:8555/sub",
		InvalidAfterConnect: false,
		InvalidAfterReboot: true,
		Timeout: "PT0S",
	});
});

test("the longest token's stream URI is short enough for every service", async (t) => {
	const context = await contextUnderTest(t);
	const token = "a".repeat(64);
	const far = {
		...context,
		request: {
			...context.request,
			localAddress: "[2001:db8:1111:2222:3333:4444:5555:6666]",
		},
	};
	await trt.CreateProfile.run({ Name: "long", Token: token }, context);
	await context.camera.addToProfile(
		token,
		"videoSourceConfiguration",
		"video-source-config",
	);
	await context.camera.addToProfile(
		token,
		"videoEncoderConfiguration",
		"main-encoder",
	);
	const { MediaUri } = await trt.GetStreamUri.run(
		{ ProfileToken: token, StreamSetup: setup("UDP") },
		far,
	);
	assert(MediaUri.Uri.length <= 128);
});

test("what is not complete cannot be watched", async (t) => {
	const context = await contextUnderTest(t);
	const ProfileToken = "p";
	await trt.CreateProfile.run({ Name: "P", Token: ProfileToken }, context);
	await refused(
		"trt:GetStreamUri",
		() =>
			trt.GetStreamUri.run(
				{ ProfileToken, StreamSetup: setup("UDP") },
				context,
			),
		...incomplete,
	);
	await refused(
		"trt:GetSnapshotUri",
		() => trt.GetSnapshotUri.run({ ProfileToken }, context),
		...incomplete,
	);
});

test("a synchronization point asks the profile's encoder for a key frame", async (t) => {
	const context = await contextUnderTest(t);
	await trt.SetSynchronizationPoint.run({ ProfileToken: "sub" }, context);
	assert.deepEqual(context.asked, ["sub"]);
});
