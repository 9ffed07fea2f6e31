import { randomBytes } from "node:crypto";
import type { Clock } from "../system/clock.ts";
import {
	type Allowance,
	Allowances,
	type Caller,
	intervalSeconds,
} from "./allowances.ts";
import { networkOf } from "./network-of.ts";
import type { AuthResult } from "./types.ts";

/** Bounds how fast passwords can be guessed at, by whatever protocol. */
export interface Guesses {
	/**
	 * What `look` says of a login, when it is that login's turn: at once, and no promise, where nobody of its network has
	 * guessed lately. Where too many wait it is refused unseen. @param nameOf whom the login claims to be
	 */
	guard(
		caller: Caller,
		nameOf: () => string | undefined,
		look: () => AuthResult,
	): AuthResult | Promise<AuthResult>;
}

export interface GuessesOptions {
	readonly random?: (size: number) => Uint8Array;
	/** Resolves after so many milliseconds. */
	readonly sleep?: (milliseconds: number) => Promise<void>;
}

/** No login waits longer for its turn: many clients give up after ten seconds. */
const maxWaitSeconds = 3 * intervalSeconds;
/** Logins that wait, each with a connection. */
const maxWaiting = { ofNetwork: 8, inAll: 32 };

const pause = (milliseconds: number): Promise<void> =>
	new Promise((resolve) => void setTimeout(resolve, milliseconds).unref());

/**
 * Only logins with a wrong password, or a name that nobody bears, are counted. Who guesses waits for his turn, right
 * or wrong: the answer that comes at once would tell him. Whoever has logged in on a connection goes on there.
 */
export function createGuesses(
	clock: Clock,
	{ random = randomBytes, sleep = pause }: GuessesOptions = {},
): Guesses {
	const allowances = new Allowances(clock, random);
	/** Who has logged in on a connection. */
	const proven = new WeakMap<object, string>();
	/** By network. */
	const waiting = new Map<string, number>();
	let allWaiting = 0;

	function right(caller: Caller, name: string): void {
		const { connection } = caller;
		if (connection && proven.get(connection) === name) return;
		if (connection) proven.set(connection, name);
		allowances.right(caller, name);
	}

	function now(
		caller: Caller,
		nameOf: () => string | undefined,
		look: () => AuthResult,
	): AuthResult {
		const result = look();
		if (result.kind === "authenticated") right(caller, result.identity.name);
		else if (isGuess(result)) {
			if (caller.connection) proven.delete(caller.connection);
			allowances.wrong(caller, nameOf() ?? "");
		}
		return result;
	}

	/** The turn is paid for like a guess beforehand, so that the next one's is later; what was none gets it back. */
	async function later(
		caller: Caller,
		allowance: Allowance,
		look: () => AuthResult,
	): Promise<AuthResult> {
		const network = networkOf(caller.client);
		const seconds = allowances.wait(allowance);
		allowances.spend(caller, allowance);
		count(network, 1);
		await sleep(seconds * 1000);
		count(network, -1);
		const result = look();
		if (!isGuess(result)) allowance.fullAt -= intervalSeconds;
		if (result.kind === "authenticated") right(caller, result.identity.name);
		return result;
	}

	function count(network: string, more: 1 | -1): void {
		allWaiting += more;
		const left = (waiting.get(network) ?? 0) + more;
		if (left > 0) waiting.set(network, left);
		else waiting.delete(network);
	}

	function isFull({ client }: Caller): boolean {
		const here = waiting.get(networkOf(client)) ?? 0;
		return here >= maxWaiting.ofNetwork || allWaiting >= maxWaiting.inAll;
	}

	return {
		guard(caller, nameOf, look) {
			if (allowances.quiet(caller)) return now(caller, nameOf, look);
			const name = nameOf() ?? "";
			const { connection } = caller;
			const known = connection && proven.get(connection) === name;
			const allowance = known ? undefined : allowances.find(caller, name);
			const seconds = allowance ? allowances.wait(allowance) : 0;
			if (!allowance || seconds === 0) return now(caller, () => name, look);
			return seconds > maxWaitSeconds || isFull(caller)
				? tooMany(Math.ceil(seconds))
				: later(caller, allowance, look);
		},
	};
}

const isGuess = (result: AuthResult): boolean =>
	result.kind === "refused" && result.guess === true;

function tooMany(retrySeconds: number): AuthResult {
	const reason = "too many wrong passwords";
	return { kind: "refused", reason, stale: false, retrySeconds };
}
