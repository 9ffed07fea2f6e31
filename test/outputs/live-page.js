// A player of `/live/<profile>`, for the tests' page: Media Source Extensions, always near the end of what came.
// `window.player` tells what it did.

const video = document.createElement("video");
video.muted = true;
video.style.cssText = "position:fixed;inset:0;width:100%;height:100%";
document.body.append(video);
const player = { types: [], fragments: 0, shown: 0, delays: [], closed: "" };
window.player = player;

function play(path) {
	const source = new MediaSource();
	video.src = URL.createObjectURL(source);
	const waiting = [];
	/** When the fragment came with which the buffer's end came to be where it is. */
	const arrivals = [];
	let came = 0;
	let buffer;
	const next = () => {
		if (buffer?.updating || waiting.length === 0) return;
		const { data, at } = waiting.shift();
		came = at;
		if (typeof data !== "string") {
			buffer.appendBuffer(data);
			return;
		}
		player.types.push(data);
		if (buffer) buffer.changeType(data);
		else {
			buffer = source.addSourceBuffer(data);
			buffer.onupdateend = updated;
		}
		next();
	};
	source.addEventListener("sourceopen", () => {
		const socket = new WebSocket(path);
		socket.binaryType = "arraybuffer";
		socket.onclose = ({ reason }) => {
			player.closed = reason;
		};
		socket.onmessage = ({ data }) => {
			if (typeof data !== "string") player.fragments++;
			waiting.push({ data, at: performance.now() });
			next();
		};
	});
	const updated = () => {
		const { buffered } = buffer;
		if (buffered.length > 0) {
			const end = buffered.end(buffered.length - 1);
			arrivals.push([end, came]);
			if (end - video.currentTime > 0.3) video.currentTime = end - 0.05;
			if (video.paused) void video.play();
		}
		next();
	};
	const presented = (now, { mediaTime }) => {
		player.shown++;
		player.size = [video.videoWidth, video.videoHeight];
		const arrival = arrivals.find(([end]) => end > mediaTime + 0.001);
		if (arrival) player.delays.push(now - arrival[1]);
		video.requestVideoFrameCallback(presented);
	};
	video.requestVideoFrameCallback(presented);
}
window.play = play;
