import assert from "node:assert/strict";
import { test } from "node:test";
import { operations as tds } from "../../src/onvif/device/operations.ts";
import type { User } from "../../src/soap/schema/generated/tt.ts";
import { contextUnderTest, refused } from "./device-under-test.ts";

const operator: User = {
	Username: "OnvifTest1",
	Password: "OnvifTest123",
	UserLevel: "Operator",
};
const other: User = { ...operator, Username: "OnvifTest4" };

test("users are created, told without passwords, changed and deleted (DEVICE-4-1-3..9)", async (t) => {
	const context = await contextUnderTest(t);
	const names = async () => {
		const { User } = await tds.GetUsers.run({}, context);
		assert((User ?? []).every((user) => !("Password" in user)));
		return (User ?? []).map((user) => [user.Username, user.UserLevel]);
	};
	const admin = ["admin", "Administrator"];
	assert.deepEqual(await names(), [admin]);

	await tds.CreateUsers.run({ User: [operator] }, context);
	await refused(
		"tds:CreateUsers",
		() => tds.CreateUsers.run({ User: [other, operator] }, context),
		"ter:OperationProhibited",
		"ter:UsernameClash",
	);
	assert.deepEqual(await names(), [admin, ["OnvifTest1", "Operator"]]);

	const demoted: User = { ...operator, UserLevel: "User" };
	await refused(
		"tds:SetUser",
		() => tds.SetUser.run({ User: [demoted, other] }, context),
		"ter:InvalidArgVal",
		"ter:UsernameMissing",
	);
	assert.deepEqual(await names(), [admin, ["OnvifTest1", "Operator"]]);
	await tds.SetUser.run({ User: [demoted] }, context);
	assert.deepEqual(await names(), [admin, ["OnvifTest1", "User"]]);

	await refused(
		"tds:DeleteUsers",
		() =>
			tds.DeleteUsers.run({ Username: ["OnvifTest1", "OnvifTest2"] }, context),
		"ter:InvalidArgVal",
		"ter:UsernameMissing",
	);
	await tds.DeleteUsers.run({ Username: ["OnvifTest1"] }, context);
	assert.deepEqual(await names(), [admin]);
});

const refusals: readonly (readonly [
	"CreateUsers" | "SetUser",
	Partial<User>,
	...string[],
])[] = [
	[
		"CreateUsers",
		{ Username: "" },
		"ter:OperationProhibited",
		"ter:UsernameTooShort",
	],
	[
		"CreateUsers",
		{ Username: "a".repeat(65) },
		"ter:OperationProhibited",
		"ter:UsernameTooLong",
	],
	["CreateUsers", { Username: "a:b" }, "ter:InvalidArgVal"],
	[
		"CreateUsers",
		{ Password: "short" },
		"ter:OperationProhibited",
		"ter:Password",
	],
	[
		"CreateUsers",
		{ Password: "a".repeat(129) },
		"ter:OperationProhibited",
		"ter:PasswordTooLong",
	],
	[
		"CreateUsers",
		{ UserLevel: "Anonymous" },
		"ter:OperationProhibited",
		"ter:AnonymousNotAllowed",
	],
	["CreateUsers", { UserLevel: "Extended" }, "ter:InvalidArgVal"],
	["SetUser", { Username: "admin" }, "ter:InvalidArgVal", "ter:FixedUser"],
	[
		"SetUser",
		{ Password: "short" },
		"ter:OperationProhibited",
		"ter:PasswordTooWeak",
	],
];

for (const [name, change, ...subcodes] of refusals) {
	test(`${name} of ${JSON.stringify(change).slice(0, 40)}: ${subcodes.at(-1)}`, async (t) => {
		const context = await contextUnderTest(t);
		await tds.CreateUsers.run({ User: [operator] }, context);
		const user = { ...(name === "SetUser" ? operator : other), ...change };
		await refused(
			`tds:${name}`,
			() => tds[name].run({ User: [user] }, context),
			...subcodes,
		);
	});
}

test("there is a limit to users, and it is told", async (t) => {
	const context = await contextUnderTest(t);
	const { Capabilities } = await tds.GetServiceCapabilities.run({}, context);
	const most = Capabilities.Security.MaxUsers ?? 0;
	const users = Array.from({ length: most }, (_, n) => ({
		...operator,
		Username: `user${n}`,
	}));
	await refused(
		"tds:CreateUsers",
		() => tds.CreateUsers.run({ User: users }, context),
		"ter:Action",
		"ter:TooManyUsers",
	);
	await tds.CreateUsers.run({ User: users.slice(1) }, context);
});

test("the configuration's users cannot be deleted (DEVICE-4-1-6)", async (t) => {
	const context = await contextUnderTest(t);
	await refused(
		"tds:DeleteUsers",
		() => tds.DeleteUsers.run({ Username: ["admin"] }, context),
		"ter:InvalidArgVal",
		"ter:FixedUser",
	);
});
