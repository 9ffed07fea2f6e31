import assert from "node:assert/strict";
import { test } from "node:test";
import { publicUrlOf } from "../../src/soap/public-url.ts";

const https = "https://camera.example";
const forwarded = "http://203.0.113.5:8081";
const six = "https://[2001:db8::1]:8443";

for (const [publicUrl, headers, expected] of [
	[null, { host: "camera.example" }, undefined],
	[https, { host: "camera.example" }, https],
	[https, { host: "Camera.Example:443" }, https],
	[https, { host: "camera.example:8443" }, undefined],
	[https, { host: "192.0.2.10:8080" }, undefined],
	[https, { host: "camera.example.evil.example" }, undefined],
	[https, {}, undefined],
	[https, { host: "a", "x-forwarded-host": "camera.example" }, https],
	[https, { host: "a", "x-forwarded-host": "camera.example, a" }, https],
	[https, { host: "a", "x-forwarded-host": "b" }, undefined],
	[forwarded, { host: "203.0.113.5:8081" }, forwarded],
	[forwarded, { host: "203.0.113.5" }, forwarded],
	[forwarded, { host: "203.0.113.5:80" }, undefined],
	[six, { host: "[2001:db8::1]:8443" }, six],
] as const)
	test(`${publicUrl}, asked with ${JSON.stringify(headers)}`, () => {
		assert.equal(publicUrlOf(publicUrl, headers), expected);
	});
