import type { PushScheme } from "./types.ts";

const rtmp: PushScheme = async (...push) =>
	(await import("./rtmp/rtmp.ts")).pushRtmp(...push);

/** By the address's scheme; each is loaded when it is used. */
const schemes: Readonly<Record<string, PushScheme>> = {
	"rtp:": async (...push) => (await import("./rtp.ts")).pushRtp(...push),
	"rtmp:": rtmp,
	"rtmps:": rtmp,
};

/** @throws Error for an address whose scheme the configuration should have refused */
export function schemeOf(url: string): PushScheme {
	const { protocol } = new URL(url);
	const scheme = schemes[protocol];
	if (scheme === undefined) throw new Error(`nothing pushes to ${protocol}`);
	return scheme;
}
