import type * as trt from "../../src/soap/schema/generated/trt.ts";
import type * as tt from "../../src/soap/schema/generated/tt.ts";

const videoSourceConfiguration: tt.VideoSourceConfiguration = {
	token: "vsc",
	Name: "Camera & <friends>",
	UseCount: 4,
	SourceToken: "video",
	Bounds: { x: 0, y: 0, width: 1920, height: 1080 },
};

const videoEncoderConfiguration: tt.VideoEncoderConfiguration = {
	token: "main",
	Name: "main",
	UseCount: 1,
	Encoding: "H264",
	Resolution: { Width: 1920, Height: 1080 },
	Quality: 50,
	RateControl: {
		FrameRateLimit: 25,
		EncodingInterval: 1,
		BitrateLimit: 4096,
	},
	H264: { GovLength: 50, H264Profile: "High" },
	Multicast: {
		Address: { Type: "IPv4", IPv4Address: "239.0.0.1" },
		Port: 5004,
		TTL: 4,
		AutoStart: false,
	},
	SessionTimeout: "PT60S",
};

/** A GetProfilesResponse of about 6 KB. */
export function profilesOf(count: number): trt.GetProfilesResponse {
	return {
		Profiles: Array.from({ length: count }, (_, at) => ({
			token: `profile${at}`,
			fixed: true,
			Name: `profile ${at}`,
			VideoSourceConfiguration: videoSourceConfiguration,
			VideoEncoderConfiguration: videoEncoderConfiguration,
		})),
	};
}
