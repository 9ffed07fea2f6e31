/*
 * Raw pictures between our processes are in video range (black 16, white 235, colours 16 to 240: ITU-R BT.601, 2.5.3),
 * as cameras give and H.264 takes them; JPEG is in full range, 0 to 255 (JFIF 1.02). GStreamer 1.22's videoconvert
 * takes a range for another only where it changes the matrix as well, so that a JPEG's white would be grey.
 */

/** Before a JPEG encoder. */
export const toFullRange = [
	"videobalance",
	"contrast=1.16438356",
	"brightness=-0.0627451",
	"saturation=1.13839286",
] as const;

/** Behind a JPEG decoder. */
export const toVideoRange = [
	"videobalance",
	"contrast=0.85882353",
	"brightness=0.0538870",
	"saturation=0.87843137",
] as const;
