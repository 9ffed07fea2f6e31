import { Again, type Player, type Tell } from "./player.ts";

/** Why a picture does not come, as the camera says it. */
async function reason(path: string): Promise<string> {
	const ended = new AbortController();
	try {
		const answer = await fetch(path, {
			headers: { "x-requested-with": "onvifd" },
			cache: "no-store",
			signal: ended.signal,
		});
		if (answer.ok) return "The picture ended.";
		return (
			(await answer.text()).trim() || `The camera answers ${answer.status}.`
		);
	} catch {
		return "The camera does not answer.";
	} finally {
		ended.abort();
	}
}

/** `multipart/x-mixed-replace` in an image: what every browser plays, telephones too. */
export function playMjpeg(path: string, tell: Tell): Player {
	const again = new Again();
	const image = document.createElement("img");
	image.alt = "";
	const start = () => {
		// Another address each time, or the browser shows again what failed.
		image.src = `${path}?${Date.now()}`;
	};
	image.onload = () => {
		again.well();
		tell({ kind: "playing" });
	};
	image.onerror = async () => {
		if (again.stopped) return;
		const words = await reason(path);
		if (again.stopped) return;
		tell({ kind: "trouble", words });
		again.later(start);
	};
	start();
	return {
		element: image,
		stop() {
			again.stop();
			// Only this ends the connection.
			image.src = "data:,";
		},
	};
}

const stillMs = 2000;

/** A picture every two seconds, for slow lines. */
export function playStills(path: string, tell: Tell): Player {
	const again = new Again();
	const image = document.createElement("img");
	image.alt = "";
	let timer: number | undefined;
	let shown: string | undefined;
	const next = async () => {
		const answer = await fetch(path, {
			headers: { "x-requested-with": "onvifd" },
			cache: "no-store",
		}).catch(() => undefined);
		if (again.stopped) return;
		if (answer?.ok) {
			await show(await answer.blob());
			again.well();
			tell({ kind: "playing" });
			timer = setTimeout(next, stillMs);
			return;
		}
		const words = await answer?.text();
		tell({
			kind: "trouble",
			words: words?.trim() || "The camera does not answer.",
		});
		again.later(next);
	};
	const show = async (picture: Blob) => {
		const url = URL.createObjectURL(picture);
		image.src = url;
		await image.decode().catch(() => undefined);
		if (shown) URL.revokeObjectURL(shown);
		shown = url;
	};
	void next();
	return {
		element: image,
		stop() {
			again.stop();
			clearTimeout(timer);
			if (shown) URL.revokeObjectURL(shown);
		},
	};
}
