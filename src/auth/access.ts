import type { AccessClass, UserLevel } from "./types.ts";

const administrator: ReadonlySet<AccessClass> = new Set([
	"PRE_AUTH",
	"READ_SYSTEM",
	"READ_SYSTEM_SENSITIVE",
	"READ_SYSTEM_SECRET",
	"WRITE_SYSTEM",
	"UNRECOVERABLE",
	"READ_MEDIA",
	"ACTUATE",
]);

const operator: ReadonlySet<AccessClass> = new Set([
	"PRE_AUTH",
	"READ_SYSTEM",
	"READ_SYSTEM_SENSITIVE",
	"READ_MEDIA",
	"ACTUATE",
]);

const user: ReadonlySet<AccessClass> = new Set([
	"PRE_AUTH",
	"READ_SYSTEM",
	"READ_MEDIA",
]);

const byLevel: Readonly<Record<UserLevel, ReadonlySet<AccessClass>>> = {
	Administrator: administrator,
	Operator: operator,
	User: user,
};

/**
 * The default access policy (Core spec 26.06, 5.9.4.4).
 * `level` is undefined for an anonymous request, which may do PRE_AUTH operations only.
 */
export function allows(
	level: UserLevel | undefined,
	accessClass: AccessClass,
): boolean {
	return level === undefined
		? accessClass === "PRE_AUTH"
		: byLevel[level].has(accessClass);
}
