import type {
	UserRefusal,
	UserRequest,
	UserResult,
} from "../../auth/user-rules.ts";
import type { Fault } from "../../soap/fault.ts";
import { invalidArgVal } from "../../soap/faults.ts";
import type { User } from "../../soap/schema/generated/tt.ts";
import type { DeviceOperation } from "../context.ts";
import {
	fixedUser,
	tooManyUsers,
	usernameMissing,
	userProhibited,
} from "../faults.ts";

/** Passwords are never told. */
export const GetUsers: DeviceOperation<"GetUsers"> = {
	access: "READ_SYSTEM_SECRET",
	run: (_request, { users }) => ({
		User: users.list().map(({ name, level }) => ({
			Username: name,
			UserLevel: level,
		})),
	}),
};

export const CreateUsers: DeviceOperation<"CreateUsers"> = {
	access: "WRITE_SYSTEM",
	async run({ User }, { users }) {
		settle(await users.create(User.map(userRequest)));
		return {};
	},
};

export const DeleteUsers: DeviceOperation<"DeleteUsers"> = {
	access: "WRITE_SYSTEM",
	async run({ Username }, { users }) {
		settle(await users.delete(Username));
		return {};
	},
};

export const SetUser: DeviceOperation<"SetUser"> = {
	access: "WRITE_SYSTEM",
	async run({ User }, { users }) {
		settle(await users.set(User.map(userRequest)));
		return {};
	},
};

function userRequest(user: User): UserRequest {
	return {
		username: user.Username,
		password: user.Password,
		level: user.UserLevel,
	};
}

function settle(result: UserResult): void {
	if (!result.ok) throw faultOf(result);
}

function faultOf({ problem, reason }: UserRefusal): Fault {
	switch (problem) {
		case "UsernameMissing":
			return usernameMissing(reason);
		case "FixedUser":
		case "LastAdministrator":
			return fixedUser(reason);
		case "TooManyUsers":
			return tooManyUsers(reason);
		case "UsernameInvalid":
		case "LevelNotSupported":
			return invalidArgVal(reason);
		default:
			return userProhibited(problem, reason);
	}
}
