import type { Context } from "../../src/onvif/context.ts";
import { operations as trt } from "../../src/onvif/media/operations.ts";
import type * as tt from "../../src/soap/schema/generated/tt.ts";

export const setup = (
	Protocol: tt.TransportProtocol,
	Stream: tt.StreamType = "RTP-Unicast",
): tt.StreamSetup => ({ Stream, Transport: { Protocol } });

export async function encoder(
	context: Context,
	ConfigurationToken = "main-encoder",
): Promise<tt.VideoEncoderConfiguration> {
	const answer = await trt.GetVideoEncoderConfiguration.run(
		{ ConfigurationToken },
		context,
	);
	return answer.Configuration;
}
