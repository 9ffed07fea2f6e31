import { h, icon } from "./dom.ts";
import type { CameraStatus, ProfileStatus } from "./status.ts";

const saidMs = 1500;

/** The addresses by which other programs get a profile, on the host by which this page was reached. */
export function addressList(
	status: CameraStatus,
	{ addresses }: ProfileStatus,
): HTMLElement {
	const { origin, hostname } = location;
	const rows: [string, string | undefined][] = [
		["RTSP", `rtsp://${hostname}:${status.rtspPort}${addresses.rtsp}`],
		[
			"RTSP, TLS",
			status.rtspsPort === undefined
				? undefined
				: `rtsps://${hostname}:${status.rtspsPort}${addresses.rtsp}`,
		],
		["ONVIF", origin + status.onvif],
		["Snapshot", origin + addresses.snapshot],
		["MJPEG", addresses.mjpeg && origin + addresses.mjpeg],
		["HLS", addresses.hls && origin + addresses.hls],
	];
	return h(
		"dl",
		{ class: "addresses" },
		...rows.flatMap(([name, address]) =>
			address === undefined
				? []
				: [
						h("dt", {}, name),
						h("dd", {}, h("code", {}, address), copyButton(name, address)),
					],
		),
	);
}

function copyButton(name: string, address: string): HTMLElement {
	const button = h(
		"button",
		{
			class: "copy",
			title: `Copy the ${name} address`,
			click: async () => {
				const copied = await copy(address);
				button.replaceChildren(icon(copied ? "check" : "warn"));
				setTimeout(() => button.replaceChildren(icon("copy")), saidMs);
			},
		},
		icon("copy"),
	);
	return button;
}

/** Pages over plain HTTP have no clipboard, but may copy what is selected. */
async function copy(text: string): Promise<boolean> {
	if (navigator.clipboard)
		return navigator.clipboard.writeText(text).then(
			() => true,
			() => false,
		);
	const field = h("textarea", { class: "unseen", readonly: true });
	field.value = text;
	document.body.append(field);
	field.select();
	const copied = document.execCommand("copy");
	field.remove();
	return copied;
}
