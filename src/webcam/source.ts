import { readFileSync, statSync } from "node:fs";
import { isIP } from "node:net";
import { Relay } from "../media/relay/relay.ts";
import { rtspAddress } from "../rtsp-client/address.ts";
import type { Clock } from "../system/clock.ts";
import type { Log } from "../system/log.ts";
import { RtpSource } from "./rtp-source.ts";
import { sdpSource } from "./sdp-source.ts";
import type { RtpPlace, WebcamSession } from "./session.ts";
import { WebcamTrouble } from "./trouble.ts";

/** Where a webcam's pictures come from. */
export interface WebcamSource {
	/** Connects, again and again if need be. */
	acquire(): void;
	/** Waits for pictures, however long it takes. Rejects when `signal` aborts. */
	session(signal: AbortSignal): Promise<WebcamSession>;
	/** Resolves when the connection is closed. */
	stop(): Promise<void>;
}

export interface WebcamAddress {
	/** `rtsp://`, `rtsps://`, `rtp://host:port`, or the path of an SDP file. */
	readonly address: string;
	readonly transport: "tcp" | "udp";
	/** `rtsps://`: the certificate must be one that this host trusts. */
	readonly verifyCertificate: boolean;
	/** For an RTSP address that names a user and no password. */
	readonly password: string | undefined;
}

const maxSdp = 64 * 1024;

/** @throws WebcamTrouble for an address that is none */
export function webcamSource(
	wanted: WebcamAddress,
	tools: { readonly clock: Clock; readonly log: Log },
): WebcamSource {
	const { address } = wanted;
	if (/^rtsps?:/i.test(address)) return rtspSource(wanted, tools);
	if (/^rtp:/i.test(address)) return new RtpSource(rtpPlace(address), tools);
	if (/^[a-z][a-z\d+.-]*:\/\//i.test(address))
		throw new WebcamTrouble(
			"the address is none that a webcam can be made of: rtsp://, rtsps://, rtp://HOST:PORT or the path of an SDP file",
			{ usage: true },
		);
	return new RtpSource(sdpSource(sdpFile(address)), tools);
}

function rtspSource(
	{ address, transport, verifyCertificate, password }: WebcamAddress,
	{ clock, log }: { readonly clock: Clock; readonly log: Log },
): WebcamSource {
	const parts = rtspAddress(address);
	if (!parts)
		throw new WebcamTrouble(
			"the address is no rtsp://[USER:PASSWORD@]HOST[:PORT]/PATH",
			{ usage: true },
		);
	const { login } = parts;
	const given = login?.password === "" && password !== undefined;
	return new Relay({
		source: {
			kind: "rtsp",
			url: address,
			transport,
			user: given ? login.user : null,
			password: given ? password : null,
			verifyCertificate,
			original: null,
			passThrough: true,
		},
		clock,
		log,
		onUnavailable() {},
	});
}

function rtpPlace(address: string): RtpPlace {
	const [, name = "", digits] =
		/^rtp:\/\/(\[[\da-f:.]+\]|[^/?#:@[\]]+):(\d{1,5})\/?$/i.exec(address) ?? [];
	const host = name.replace(/^\[|\]$/g, "");
	const port = Number(digits);
	if (isIP(host) === 0 || !(port >= 1 && port <= 65_535))
		throw new WebcamTrouble(
			"the address is no rtp://ADDRESS:PORT: the group, or the address of this host that the packets are sent to; 0.0.0.0 for any",
			{ usage: true },
		);
	return { host, port, track: undefined };
}

function sdpFile(path: string): string {
	try {
		if (statSync(path).size <= maxSdp) return readFileSync(path, "utf8");
	} catch (error) {
		throw new WebcamTrouble(
			`the SDP file cannot be read: ${error instanceof Error ? error.message : error}`,
			{ usage: true },
		);
	}
	throw new WebcamTrouble(`${path} is too large for an SDP file`, {
		usage: true,
	});
}
