/**
 * Cases of ONVIF's Real Time Streaming test specification that need not be run here, and why: by ID and title.
 * What a test names is run all the same.
 */
export const notRun: readonly {
	readonly cases: RegExp;
	readonly reason: string;
}[] = [
	{ cases: /MPEG4/, reason: "MPEG-4 video is not offered" },
	{ cases: /G\.726/, reason: "G.726 sound is not offered" },
	{ cases: /^RTSS-4-1-3 /, reason: "no metadata stream is offered" },
	{
		cases: /^RTSS-5-1-1[0-2] /,
		reason: "a profile without video is not streamed",
	},
	{
		cases: /^RTSS-2-1-\d+ AUDIO STREAMING/,
		reason: "a profile without video is not streamed",
	},
	{ cases: /BACKCHANNEL.*AAC/, reason: "clients talk in G.711" },
];
