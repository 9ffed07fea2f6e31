import assert from "node:assert/strict";
import { test } from "node:test";
import { operations as trt } from "../../src/onvif/media/operations.ts";
import { contextUnderTest, refused } from "./device-under-test.ts";

test("StartMulticastStreaming and StopMulticastStreaming set a profile's AutoStart and no other's", async (t) => {
	const context = await contextUnderTest(t);
	const started = () =>
		context.camera.videoEncoderConfigurations
			.filter(({ multicast }) => multicast.autoStart)
			.map(({ token }) => token);
	const request = { ProfileToken: "main" };
	await trt.StartMulticastStreaming.run(request, context);
	assert.deepEqual(started(), ["main-encoder"]);
	const { Profile } = await trt.GetProfile.run(request, context);
	assert.equal(Profile.VideoEncoderConfiguration?.Multicast.AutoStart, true);
	await trt.StartMulticastStreaming.run(request, context);
	await trt.StopMulticastStreaming.run({ ProfileToken: "sub" }, context);
	assert.deepEqual(started(), ["main-encoder"]);
	await trt.StopMulticastStreaming.run(request, context);
	assert.deepEqual(started(), []);
});

for (const operation of [
	"StartMulticastStreaming",
	"StopMulticastStreaming",
] as const)
	test(`${operation} wants a profile that can be watched`, async (t) => {
		const context = await contextUnderTest(t);
		const { run } = trt[operation];
		await refused(
			`trt:${operation}`,
			() => run({ ProfileToken: "nowhere" }, context),
			"ter:InvalidArgVal",
			"ter:NoProfile",
		);
		const { Profile } = await trt.CreateProfile.run({ Name: "Empty" }, context);
		await refused(
			`trt:${operation}`,
			() => run({ ProfileToken: Profile.token }, context),
			"ter:Action",
			"ter:IncompleteConfiguration",
		);
	});
