import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { WebSocket } from "ws";
import { until } from "../helpers/media.ts";

const program = "/usr/bin/firefox-esr";

/** Why nothing is seen with Firefox here; undefined where it is installed. It is too big to be installed for this. */
export const noFirefox = existsSync(program)
	? undefined
	: "firefox-esr is not installed";

/** A page in a Firefox of its own, driven by WebDriver BiDi (https://www.w3.org/TR/webdriver-bidi/). */
export interface FirefoxPage {
	open(url: string): Promise<void>;
	/** What the expression comes to, as text; a promise is waited for. Throws what the page throws. */
	evaluate(expression: string): Promise<string>;
	/** Resolves when an expression is true. */
	until(expression: string): Promise<void>;
	/** What is to be seen of an element: a PNG in base64. */
	screenshot(selector: string): Promise<string>;
	/** What it wrote to its console as a warning or an error. */
	readonly complaints: readonly string[];
}

/** Starts Firefox, for which `host` is this machine. It ends with the test. */
export async function startFirefox(
	t: TestContext,
	host: string,
): Promise<FirefoxPage> {
	const profile = mkdtempSync(join(tmpdir(), "onvifd-firefox-"));
	writeFileSync(
		join(profile, "user.js"),
		Object.entries({
			"network.dns.localDomains": host,
			"network.proxy.type": 0,
		})
			.map(
				([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});\n`,
			)
			.join(""),
	);
	const child = spawn(
		program,
		["--headless", "--no-remote", "--profile", profile]
			.concat(["--width", "900", "--height", "700"])
			.concat(["--remote-debugging-port", "0", "about:blank"]),
		{
			stdio: ["ignore", "ignore", "pipe"],
			env: { ...process.env, HOME: profile },
		},
	);
	t.after(() => end(child, profile));
	let said = "";
	child.stderr.setEncoding("utf8").on("data", (text: string) => {
		said += text;
	});
	const address = () =>
		/WebDriver BiDi listening on (ws:\S+)/.exec(said)?.[1] ?? "";
	await until(
		() => child.exitCode !== null || address() !== "",
		"Firefox listens",
	);
	if (child.exitCode !== null) throw new Error(`Firefox ended: ${said}`);
	return pageOf(await Session.open(`${address()}/session`));
}

async function end(child: ChildProcess, profile: string): Promise<void> {
	const ended =
		child.exitCode === null && child.signalCode === null
			? new Promise((resolve) => child.once("exit", resolve))
			: undefined;
	child.kill("SIGKILL");
	await ended;
	rmSync(profile, { recursive: true, force: true, maxRetries: 10 });
}

async function pageOf(session: Session): Promise<FirefoxPage> {
	await session.ask("session.new", { capabilities: {} });
	await session.ask("session.subscribe", { events: ["log.entryAdded"] });
	const tree = await session.ask("browsingContext.getTree", {});
	const context = find(tree, "contexts", "0", "context");
	const evaluate = async (expression: string) => {
		const answer = await session.ask("script.evaluate", {
			...{ expression: `(async () => String(await (${expression})))()` },
			...{ target: { context }, awaitPromise: true, userActivation: true },
		});
		const threw = find(answer, "exceptionDetails", "text");
		if (threw !== undefined) throw new Error(`the page throws: ${threw}`);
		return String(find(answer, "result", "value"));
	};
	return {
		complaints: session.complaints,
		evaluate,
		async open(url) {
			await session.ask("browsingContext.navigate", {
				...{ context, url, wait: "complete" },
			});
		},
		until: (expression) =>
			until(
				async () => (await evaluate(`Boolean(${expression})`)) === "true",
				expression,
			),
		async screenshot(selector) {
			const box = `document.querySelector("${selector}").getBoundingClientRect()`;
			const clip = JSON.parse(await evaluate(`JSON.stringify(${box})`));
			const answer = await session.ask("browsingContext.captureScreenshot", {
				...{ context, clip: { type: "box", ...pick(clip) } },
			});
			return String(find(answer, "data"));
		},
	};
}

/** Commands and their answers, told apart by number. */
class Session {
	readonly complaints: string[] = [];
	readonly #socket: WebSocket;
	readonly #waiting = new Map<number, (answer: unknown) => void>();
	#last = 0;

	static open(address: string): Promise<Session> {
		return new Promise((resolve, reject) => {
			const socket = new WebSocket(address, { maxPayload: 64 * 1024 * 1024 });
			const session = new Session(socket);
			socket.once("open", () => resolve(session));
			socket.on("error", reject);
		});
	}

	private constructor(socket: WebSocket) {
		this.#socket = socket;
		socket.on("message", (data) => this.#heard(JSON.parse(String(data))));
		socket.on("close", () => {
			for (const settle of this.#waiting.values())
				settle({ type: "error", message: "Firefox went away" });
		});
	}

	async ask(method: string, params: object): Promise<unknown> {
		const id = ++this.#last;
		const answer = new Promise<unknown>((resolve) =>
			this.#waiting.set(id, resolve),
		);
		this.#socket.send(JSON.stringify({ id, method, params }));
		const answered = await answer;
		this.#waiting.delete(id);
		if (find(answered, "type") === "error")
			throw new Error(`${method}: ${find(answered, "message")}`);
		return find(answered, "result");
	}

	#heard(message: unknown): void {
		this.#waiting.get(Number(find(message, "id")))?.(message);
		if (find(message, "method") !== "log.entryAdded") return;
		const level = find(message, "params", "level");
		if (level === "warn" || level === "error")
			this.complaints.push(String(find(message, "params", "text")));
	}
}

const pick = (box: unknown) => ({
	...{ x: find(box, "x"), y: find(box, "y") },
	...{ width: find(box, "width"), height: find(box, "height") },
});

/** What stands at the end of a path of names. */
function find(from: unknown, ...path: string[]): unknown {
	return path.reduce<unknown>((value, name) => {
		if (typeof value !== "object" || value === null) return undefined;
		return Object.entries(value).find(([key]) => key === name)?.[1];
	}, from);
}
