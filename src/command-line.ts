import { parseArgs } from "node:util";
import type { WebcamArguments } from "./webcam.ts";

export type Command =
	| {
			readonly name: "run" | "doctor" | "version" | "help";
			readonly config?: string | undefined;
			readonly json?: boolean | undefined;
	  }
	| (WebcamArguments & { readonly name: "webcam" });

const options = {
	config: { type: "string", short: "c" },
	json: { type: "boolean" },
	version: { type: "boolean" },
	help: { type: "boolean", short: "h" },
	size: { type: "string" },
	rate: { type: "string" },
	transport: { type: "string" },
	"any-certificate": { type: "boolean" },
} as const;

const optionTypes = new Map(
	Object.entries(options).map(([name, { type }]) => [name, type]),
);

/** What follows `onvifd`. @throws Error whose message is one line without a secret */
export function parseCommand(args: readonly string[]): Command {
	checkOptions(args);
	const { values, positionals } = parseArgs({
		args: [...args],
		allowPositionals: true,
		options,
	});
	if (values.help) return { name: "help" };
	if (values.version) return { name: "version" };
	const [name, ...rest] = positionals;
	if (name === "webcam") return webcamCommand(rest, values);
	for (const own of webcamOptions)
		if (values[own] !== undefined)
			throw new Error(`--${own} is webcam's alone`);
	if (name === undefined)
		throw new Error("a command is missing: run, doctor or webcam");
	if (name !== "run" && name !== "doctor")
		throw new Error(`there is no command${said(name)}: run, doctor or webcam`);
	if (rest.length > 0)
		throw new Error(
			`${name} takes no argument${said(rest[0])}; a file stands after --config`,
		);
	if (name === "run" && values.json)
		throw new Error("--json is doctor's alone");
	return { name, config: values.config, json: values.json };
}

/** An address may hold a password. */
function said(word = ""): string {
	return word.includes("@") ? "" : ` ${JSON.stringify(word.slice(0, 60))}`;
}

/** Before Node's own check, whose words are for those who know Node. */
function checkOptions(args: readonly string[]): void {
	const { tokens } = parseArgs({
		args: [...args],
		allowPositionals: true,
		strict: false,
		tokens: true,
		options,
	});
	const seen = new Set<string>();
	for (const token of tokens) {
		if (token.kind !== "option") continue;
		const { name, rawName, value, inlineValue } = token;
		const type = optionTypes.get(name);
		if (type === undefined) throw new Error(`there is no option ${rawName}`);
		if (seen.has(name)) throw new Error(`${rawName} stands twice`);
		seen.add(name);
		if (type === "boolean" && value !== undefined)
			throw new Error(`${rawName} takes no value`);
		const isOption = !inlineValue && value?.startsWith("-");
		if (type === "string" && (!value || isOption))
			throw new Error(`${rawName} needs a value after it`);
	}
}

const webcamOptions = ["size", "rate", "transport", "any-certificate"] as const;

interface WebcamValues {
	readonly config?: string | undefined;
	readonly json?: boolean | undefined;
	readonly size?: string | undefined;
	readonly rate?: string | undefined;
	readonly transport?: string | undefined;
	readonly "any-certificate"?: boolean | undefined;
}

function webcamCommand(
	[address, device, ...rest]: readonly string[],
	{ config, json, "any-certificate": anyCertificate, ...chosen }: WebcamValues,
): Command {
	if (address === undefined || device === undefined || rest.length > 0)
		throw new Error("webcam takes an address and a device");
	if (config !== undefined || json !== undefined)
		throw new Error("webcam takes neither --config nor --json");
	return { name: "webcam", address, device, anyCertificate, ...chosen };
}
