import { h } from "./dom.ts";
import type { OutputsStatus, PushRow, ViewerRow } from "./outputs-status.ts";

/** "45 s", "12 min", "3 h", "2 days": a length of time as one says it. */
function duration(seconds: number): string {
	if (seconds < 100) return `${seconds} s`;
	if (seconds < 6000) return `${Math.round(seconds / 60)} min`;
	if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`;
	return `${Math.round(seconds / 86_400)} days`;
}

/** How it arrives; loss is told of what was sent last. */
function arrival({ reception, framesDropped = 0 }: ViewerRow): string[] {
	const { fractionLost, lost, roundTripMs } = reception ?? {};
	const left = framesDropped > 0 ? [`${framesDropped} frames left out`] : [];
	if (fractionLost === undefined) return left;
	const percent = (fractionLost * 100).toFixed(fractionLost < 0.1 ? 1 : 0);
	return [
		fractionLost > 0
			? `${percent} % lost now`
			: lost
				? `${lost} packets lost`
				: "nothing lost",
		...(roundTripMs === undefined ? [] : [`${Math.round(roundTripMs)} ms`]),
		...left,
	];
}

function viewerItem(viewer: ViewerRow, profile: string): HTMLElement {
	const { client, user, by, playing, seconds } = viewer;
	const how = [by, playing ? duration(seconds) : "paused", ...arrival(viewer)];
	const troubled = (viewer.reception?.fractionLost ?? 0) > 0;
	return h(
		"li",
		{},
		h("b", {}, client),
		h("span", {}, [profile, user].filter(Boolean).join(", ")),
		h("small", { class: troubled ? "bad" : undefined }, how.join(" · ")),
	);
}

function pushState({ state, seconds, retrySeconds }: PushRow): string {
	if (state === "sending") return `has sent for ${duration(seconds)}`;
	if (state === "connecting") return "connects";
	return retrySeconds === undefined
		? "waits"
		: `tries again in ${retrySeconds} s`;
}

function pushItem(push: PushRow, profile: string): HTMLElement {
	const { url, reason } = push;
	return h(
		"li",
		{},
		h("b", {}, url),
		h("span", {}, profile),
		h(
			"small",
			{ class: reason === undefined ? undefined : "bad" },
			[pushState(push), ...(reason === undefined ? [] : [reason])].join(": "),
		),
	);
}

/** Who watches and what is pushed; `nameOf` tells a profile's name. */
export function outputLists(
	{ viewers, pushes }: OutputsStatus,
	nameOf: (token: string) => string,
): readonly HTMLElement[] {
	const list = (title: string, items: readonly HTMLElement[]) => [
		h("h2", {}, title),
		items.length > 0
			? h("ul", { class: "outputs" }, ...items)
			: h("p", { class: "nobody" }, "Nobody"),
	];
	return [
		...list(
			"Who watches",
			viewers.map((one) => viewerItem(one, nameOf(one.profile))),
		),
		...(pushes.length === 0
			? []
			: list(
					"Pushes",
					pushes.map((one) => pushItem(one, nameOf(one.profile))),
				)),
	];
}
