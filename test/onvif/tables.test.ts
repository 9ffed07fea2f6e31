import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import * as faults from "../../src/onvif/faults.ts";
import { services } from "../../src/onvif/services.ts";
import { unsupported } from "../../src/onvif/unsupported.ts";
import {
	prescribed,
	serviceNames,
	withoutPrescribed,
} from "./operations-json.ts";
import { profileS, profileT } from "./profile-operations.ts";

const served = new Set(
	services.flatMap(({ prefix, operations }) =>
		Object.keys(operations).map((name) => `${prefix}:${name}`),
	),
);

test("every operation has the access class of the spec", {
	skip: withoutPrescribed,
}, () => {
	for (const { prefix, operations } of services) {
		const spec = prescribed?.[serviceNames[prefix] ?? ""] ?? {};
		for (const [name, { access }] of Object.entries(operations)) {
			assert.equal(access, spec[name]?.access, `${prefix}:${name}`);
		}
	}
});

test("what everybody may ask is exactly this", () => {
	const preAuth = services.flatMap(({ prefix, operations }) =>
		Object.entries(operations)
			.filter(([, { access }]) => access === "PRE_AUTH")
			.map(([name]) => `${prefix}:${name}`),
	);
	assert.deepEqual(preAuth.sort(), [
		"tds:GetCapabilities",
		"tds:GetEndpointReference",
		"tds:GetHostname",
		"tds:GetServiceCapabilities",
		"tds:GetServices",
		"tds:GetSystemDateAndTime",
		"tds:GetWsdlUrl",
		"trt:GetServiceCapabilities",
	]);
});

test("every operation of Profile S and T is served or known to be missing", () => {
	const missing = unsupported.flatMap((u) => u.operations);
	const wanted = [profileS, profileT].flatMap((profile) =>
		Object.entries(profile).flatMap(([prefix, names]) =>
			names.map((name) => `${prefix}:${name}`),
		),
	);
	for (const name of wanted) {
		assert(served.has(name) !== missing.includes(name), name);
	}
	for (const name of missing) assert(wanted.includes(name), name);
	assert.equal(new Set(missing).size, missing.length);
});

test("every fault is one that the spec prescribes for something that is served", {
	skip: withoutPrescribed,
}, () => {
	const known = new Set(
		[...served].flatMap((qualified) => {
			const [prefix = "", name = ""] = qualified.split(":");
			return prescribed?.[serviceNames[prefix] ?? ""]?.[name]?.faults ?? [];
		}),
	);
	const { userProhibited, ...others } = faults;
	for (const [name, make] of Object.entries(others)) {
		const fault = make("detail");
		const code = [`env:${fault.code}`, ...fault.subcodes].join(" / ");
		assert(known.has(code), `${name}: ${code}`);
		assert.match(code.toLowerCase(), new RegExp(`ter:${name.toLowerCase()}$`));
	}
	for (const problem of [
		"UsernameClash",
		"UsernameTooLong",
		"UsernameTooShort",
		"Password",
		"PasswordTooWeak",
		"PasswordTooLong",
		"AnonymousNotAllowed",
	] as const) {
		const { code, subcodes } = userProhibited(problem, "detail");
		assert(known.has([`env:${code}`, ...subcodes].join(" / ")), problem);
	}
});

test("to find an operation, drop the verb", () => {
	for (const folder of ["device", "media"]) {
		const directory = new URL(`../../src/onvif/${folder}/`, import.meta.url);
		for (const file of readdirSync(directory)) {
			const entity = /^([A-Z]\w+)\.ts$/.exec(file)?.[1];
			if (entity === undefined) continue;
			const text = readFileSync(new URL(file, directory), "utf8");
			const names = text.match(/(?<=^export const )[A-Z]\w+/gm) ?? [];
			assert(names.length > 0, file);
			for (const name of names) {
				const dropped = name
					.replace(
						/^(GetCompatible|Get|Set|Add|Remove|Create|Delete|Start|Stop)/,
						"",
					)
					.replace(/Options$/, "");
				const singular = (word: string) => word.replace(/s$/, "");
				assert.equal(singular(dropped), singular(entity), `${file}: ${name}`);
			}
		}
	}
});
