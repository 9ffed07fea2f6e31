import assert from "node:assert/strict";
import { test } from "node:test";
import { allows } from "../../src/auth/access.ts";
import type { AccessClass, UserLevel } from "../../src/auth/types.ts";

/** The table of Core spec 26.06, 5.9.4.4: Administrator, Operator, User, Anonymous. */
const matrix: Record<AccessClass, string> = {
	PRE_AUTH: "XXXX",
	READ_SYSTEM: "XXX-",
	READ_SYSTEM_SENSITIVE: "XX--",
	READ_SYSTEM_SECRET: "X---",
	WRITE_SYSTEM: "X---",
	UNRECOVERABLE: "X---",
	READ_MEDIA: "XXX-",
	ACTUATE: "XX--",
};
const levels: (UserLevel | undefined)[] = [
	"Administrator",
	"Operator",
	"User",
	undefined,
];
const classes: AccessClass[] = [
	"PRE_AUTH",
	"READ_SYSTEM",
	"READ_SYSTEM_SENSITIVE",
	"READ_SYSTEM_SECRET",
	"WRITE_SYSTEM",
	"UNRECOVERABLE",
	"READ_MEDIA",
	"ACTUATE",
];
for (const accessClass of classes)
	test(`${accessClass} is for whom the Core specification says`, () => {
		const row = levels.map((level) => (allows(level, accessClass) ? "X" : "-"));
		assert.equal(row.join(""), matrix[accessClass]);
	});
