import { patienceMs } from "./patience.ts";

/** Fetches; as clients do, again while there is no picture yet (503). For logins that hold for more than one request. */
export async function fetchPicture(
	url: string,
	init?: RequestInit,
): Promise<Response> {
	const end = performance.now() + patienceMs;
	for (;;) {
		const answer = await fetch(url, init);
		if (answer.status !== 503 || performance.now() > end) return answer;
		await answer.body?.cancel();
	}
}
