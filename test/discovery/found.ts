import { patienceMs } from "../helpers/patience.ts";

/** What a client finds; those who miss one press Refresh: on a busy machine it does not wait long enough by itself. */
export async function foundAtLeast<Camera>(
	count: number,
	find: () => Promise<readonly Camera[]>,
): Promise<readonly Camera[]> {
	const end = performance.now() + patienceMs;
	for (;;) {
		const found = await find();
		if (found.length >= count || performance.now() > end) return found;
	}
}
