import assert from "node:assert/strict";
import { test } from "node:test";
import {
	type DigestProtocol,
	uriCorresponds,
} from "../../src/auth/digest-uri.ts";

const table: [DigestProtocol, string, string, boolean][] = [
	["http", "/snapshot?token=main", "/snapshot?token=main", true],
	["http", "http://cam:8080/snapshot", "/snapshot", true],
	["http", "/snapshot", "http://proxy/snapshot", true],
	["http", "/onvif/device_service/", "/onvif/device_service", true],
	["http", "http://cam", "/", true],
	["http", "/snapshot?token=main", "/snapshot?token=sub", false],
	["http", "/snapshot", "/snapshot?token=main", false],
	["http", "/onvif", "/onvif/device_service", false],
	["http", "*", "/onvif/device_service", false],
	["rtsp", "rtsp://cam:8554/main", "rtsp://cam:8554/main", true],
	["rtsp", "rtsp://10.0.0.5/main", "rtsp://nat.example:554/main/", true],
	["rtsp", "rtsp://cam/main", "rtsp://cam/main/trackID=0", true],
	["rtsp", "rtsp://cam/main/trackID=0", "rtsp://cam/main", true],
	["rtsp", "/main", "rtsp://cam/main", true],
	["rtsp", "rtsp://cam/main?tcp", "rtsp://cam/main", true],
	["rtsp", "rtsp://cam/main", "*", true],
	["rtsp", "rtsp://cam/main", "rtsp://cam/main2", false],
	["rtsp", "rtsp://cam/sub", "rtsp://cam/main", false],
	["rtsp", "rtsp://cam/", "rtsp://cam/main", false],
	["rtsp", "", "rtsp://cam/main", false],
];
for (const [protocol, signed, asked, expected] of table)
	test(`${protocol}: a digest of ${signed || "nothing"} is ${expected ? "" : "not "}for ${asked}`, () => {
		assert.equal(uriCorresponds(protocol, signed, asked), expected);
	});
