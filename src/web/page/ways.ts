import { playHls } from "./hls.ts";
import { canPlayLive, playLive } from "./live.ts";
import { playMjpeg, playStills } from "./pictures.ts";
import type { Way } from "./player.ts";
import type { ProfileStatus } from "./status.ts";

/** How this browser can watch a profile, the best first. */
export function waysOf({ addresses, frameRate }: ProfileStatus): Way[] {
	const { live, hls, mjpeg, snapshot } = addresses;
	const ways: Way[] = [];
	if (live !== undefined && canPlayLive)
		ways.push({
			key: "live",
			label: "Live",
			hint: "Fragmented MP4 over a WebSocket: a fraction of a second behind",
			play: (tell) => playLive({ path: live, frameRate, tell }),
		});
	if (mjpeg !== undefined)
		ways.push({
			key: "mjpeg",
			label: "MJPEG",
			hint: "The encoder's own pictures, one after the other",
			play: (tell) => playMjpeg(mjpeg, tell),
		});
	if (hls !== undefined)
		ways.push({
			key: "hls",
			label: "HLS",
			hint: "For lines that come and go: seconds behind",
			play: (tell) => playHls(hls, tell),
		});
	ways.push({
		key: "still",
		label: "Stills",
		hint: "A picture every two seconds, for slow lines",
		play: (tell) => playStills(snapshot, tell),
	});
	return ways;
}
