import assert from "node:assert/strict";
import test from "node:test";
import { chooseTransport } from "../../src/rtsp/transport.ts";

const table: readonly [header: string, shown: string][] = [
	["RTP/AVP/TCP;unicast;interleaved=0-1", "interleaved 0,1"],
	["RTP/AVP/TCP;interleaved=4-5", "interleaved 4,5"],
	["RTP/AVP/TCP;unicast;interleaved=6", "interleaved 6,7"],
	["RTP/AVP/TCP;unicast", "interleaved any"],
	["RTP/AVP/TCP;unicast;interleaved=255", "malformed"],
	["RTP/AVP/TCP;unicast;interleaved=256-257", "malformed"],
	["RTP/AVP/TCP;unicast;interleaved=1-1", "malformed"],
	["RTP/AVP;unicast;client_port=5000-5001", "udp 5000,5001"],
	[
		'rtp/avp/udp ; unicast ; client_port=5000-5001;mode="PLAY"',
		"udp 5000,5001",
	],
	["RTP/AVP/UDP;unicast;client_port=5000", "udp 5000,5001"],
	["RTP/AVP;unicast;destination=8.8.8.8;client_port=7-8", "udp 7,8"],
	["RTP/AVP;unicast;client_port=0-1", "malformed"],
	["RTP/AVP;unicast;client_port=65535", "malformed"],
	["RTP/AVP;unicast;client_port=70000-70001", "malformed"],
	["RTP/AVP;unicast", "malformed"],
	["RTP/AVP;multicast;client_port=5000-5001", "unsupported"],
	["RTP/AVP/TCP;unicast;interleaved=0-1;mode=record", "unsupported"],
	["RTP/SAVP;unicast;client_port=5000-5001", "unsupported"],
	["RTP/AVP;multicast,RTP/AVP/TCP;interleaved=2-3", "interleaved 2,3"],
	["RTP/AVP;client_port=6-7,RTP/AVP/TCP;interleaved=2-3", "udp 6,7"],
	["", "malformed"],
];
for (const [header, shown] of table)
	test(`Transport: ${header} is ${shown}`, () => {
		const chosen = chooseTransport(header);
		const text =
			typeof chosen === "string"
				? chosen
				: chosen.kind === "udp"
					? `udp ${chosen.clientPorts}`
					: `interleaved ${chosen.channels ?? "any"}`;
		assert.equal(text, shown);
	});
