import {
	frameRate,
	height,
	paint,
	pictureOctets,
	width,
} from "./timed-picture.ts";

/** Raw pictures on stdout, each painted with the time right before it is written; one that finds no room is left out. */
const interval = 1000 / frameRate;
const picture = Buffer.alloc(pictureOctets, 128);
for (let row = 0; row < height; row++)
	for (let column = 0; column < width; column++)
		picture[row * width + column] = 40 + (((row + column) >> 3) % 160);

let room = true;
let due = performance.now();
let count = 0;

function next(): void {
	due += interval;
	setTimeout(next, due - performance.now());
	if (!room) return;
	// Something that moves, as in front of a camera.
	const [top, left] = [200, (count++ * 16) % (width - 128)];
	const moved = Buffer.from(picture);
	for (let row = top; row < top + 128; row++)
		moved.fill(200, row * width + left, row * width + left + 128);
	paint(moved, Date.now());
	room = false;
	process.stdout.write(moved, () => {
		room = true;
	});
}
process.stdout.on("error", () => process.exit(0));
next();
