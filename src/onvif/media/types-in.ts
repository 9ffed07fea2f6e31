import type {
	Multicast,
	VideoEncoderConfiguration,
	VideoSourceConfiguration,
} from "../../camera/types.ts";
import type * as tt from "../../soap/schema/generated/tt.ts";
import { parseDuration } from "../../soap/time.ts";
import { configModify } from "../faults.ts";

/** What a client wants of a source configuration; UseCount is not its to set (MEDIA-2-2-16). */
export function sourceConfigurationIn(
	wanted: tt.VideoSourceConfiguration,
): VideoSourceConfiguration {
	return {
		token: wanted.token,
		name: wanted.Name,
		sourceToken: wanted.SourceToken,
		bounds: wanted.Bounds,
	};
}

/**
 * What a client wants of an encoder configuration. What it leaves out stays as it is.
 * Throws ter:ConfigModify for what the camera model has no word for.
 */
export function encoderConfigurationIn(
	wanted: tt.VideoEncoderConfiguration,
	current: VideoEncoderConfiguration,
): VideoEncoderConfiguration {
	const { RateControl, H264, Multicast } = wanted;
	if (wanted.Encoding === "MPEG4") {
		throw configModify("encoding MPEG4 is not offered");
	}
	if (H264?.H264Profile === "Extended") {
		throw configModify("H264Profile Extended is not offered");
	}
	if (Number.isNaN(wanted.Quality)) {
		throw configModify("Quality is not a number");
	}
	return {
		token: wanted.token,
		name: wanted.Name,
		encoding: wanted.Encoding,
		width: wanted.Resolution.Width,
		height: wanted.Resolution.Height,
		quality: wanted.Quality,
		frameRate: RateControl?.FrameRateLimit ?? current.frameRate,
		encodingInterval: RateControl?.EncodingInterval ?? current.encodingInterval,
		bitrateKbit: RateControl?.BitrateLimit ?? current.bitrateKbit,
		govLength: H264?.GovLength ?? current.govLength,
		h264Profile: H264?.H264Profile ?? current.h264Profile,
		multicast: multicastIn(Multicast, current.multicast),
		sessionTimeout: secondsIn(wanted.SessionTimeout) ?? current.sessionTimeout,
	};
}

/** An address of the other family than its type says leaves the current one. */
export function multicastIn(
	wanted: tt.MulticastConfiguration,
	current: Multicast,
): Multicast {
	return {
		address: addressIn(wanted.Address) ?? current.address,
		port: wanted.Port,
		ttl: wanted.TTL,
		autoStart: wanted.AutoStart,
	};
}

function addressIn(address: tt.IPAddress): string | undefined {
	return address.Type === "IPv6" ? address.IPv6Address : address.IPv4Address;
}

/** Whole seconds; undefined for what the reader would not have let through. */
export function secondsIn(duration: string): number | undefined {
	const ms = parseDuration(duration);
	return ms === undefined ? undefined : Math.round(ms / 1000);
}
