/** Why an ALSA device of sound that comes in, or goes out, cannot be had, in words that say what to do; undefined for what is not ALSA's. */
export function alsaTrouble(
	stderr: string,
	device: string,
	way: "in" | "out",
): string | undefined {
	const name = `ALSA device ${device}`;
	if (/being used by another application/.test(stderr))
		return `${name} is in use by another program`;
	if (/Permission denied/.test(stderr))
		return `${name}: permission denied; add the service's user to the group audio`;
	if (/(Recording|Playback) open error on device/.test(stderr)) {
		const [thing, lister] =
			way === "in" ? ["microphone", "arecord"] : ["loudspeaker", "aplay"];
		return `${name} is not there: is the ${thing} plugged in? ${lister} -L names those that are`;
	}
	if (/Can't record audio fast enough|Error recording from audio/.test(stderr))
		return `${name} went away`;
	return undefined;
}
