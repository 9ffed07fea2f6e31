import assert from "node:assert/strict";
import { DeviceUnderTest, trt, tt } from "../conformance/device-under-test.ts";
import type { RunningService } from "./service.ts";
import { Messages } from "./validate.ts";

const messages = new Messages();

export interface EncoderSettings {
	readonly encoding: "H264" | "JPEG";
	readonly width: number;
	readonly height: number;
	readonly frameRate: number;
}

/** SetVideoEncoderConfiguration of a whole configuration, as a client does it. */
export async function setEncoder(
	service: RunningService,
	token: string,
	{ encoding, width, height, frameRate }: EncoderSettings,
): Promise<void> {
	const device = new DeviceUnderTest(service, messages);
	const answer = await device.ask(
		trt("SetVideoEncoderConfiguration", [
			trt(
				"Configuration",
				[
					tt("Name", token),
					tt("UseCount", "1"),
					tt("Encoding", encoding),
					tt("Resolution", [
						tt("Width", String(width)),
						tt("Height", String(height)),
					]),
					tt("Quality", "60"),
					tt("RateControl", [
						tt("FrameRateLimit", String(frameRate)),
						tt("EncodingInterval", "1"),
						tt("BitrateLimit", "200"),
					]),
					...(encoding === "H264"
						? [tt("H264", [tt("GovLength", "10"), tt("H264Profile", "Main")])]
						: []),
					tt("Multicast", [
						tt("Address", [tt("Type", "IPv4"), tt("IPv4Address", "0.0.0.0")]),
						tt("Port", "0"),
						tt("TTL", "1"),
						tt("AutoStart", "false"),
					]),
					tt("SessionTimeout", "PT60S"),
				],
				{ token },
			),
			trt("ForcePersistence", "true"),
		]),
	);
	assert.equal(answer.status, 200, answer.text);
}
