// Runs in the guest: serves a page that opens the webcam, and prints what it reports, a line of JSON each.
import { createServer } from "node:http";

const page = `<!doctype html><video id="shown" muted></video><script>
const report = (what) => fetch("/report", { method: "POST", body: JSON.stringify(what) });
const later = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
async function look() {
	const devices = await navigator.mediaDevices.enumerateDevices();
	const stream = await navigator.mediaDevices.getUserMedia({ video: true });
	shown.srcObject = stream;
	await shown.play();
	const { videoWidth: width, videoHeight: height } = shown;
	const canvas = Object.assign(document.createElement("canvas"), { width, height });
	const drawing = canvas.getContext("2d", { willReadFrequently: true });
	const grab = () => {
		drawing.drawImage(shown, 0, 0);
		return drawing.getImageData(0, 0, width, height).data;
	};
	const first = grab();
	let differing = 0;
	while (differing === 0) {
		await later(500);
		const now = grab();
		differing = first.filter((value, index) => value !== now[index]).length;
	}
	const [track] = stream.getVideoTracks();
	return { cameras: devices.filter(({ kind }) => kind === "videoinput").length, label: track.label, width, height, differing };
}
look().catch((error) => ({ error: String(error) })).then(report);
</script>`;

createServer((request, response) => {
	let body = "";
	request.on("data", (chunk) => {
		body += chunk;
	});
	request.on("end", () => {
		response.setHeader("content-type", "text/html");
		response.end(page);
		if (request.url !== "/report") return;
		console.log(body);
		process.exit(0);
	});
}).listen(8000, "127.0.0.1");
