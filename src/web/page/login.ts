import { h, icon } from "./dom.ts";
import { LoginRefused, logIn } from "./session.ts";

/** Asks for name and password until they are right; `words` tell why it asks again. */
export function loginForm(done: () => void, words?: string): HTMLElement {
	const name = h("input", {
		id: "name",
		name: "username",
		autocomplete: "username",
		autocapitalize: "none",
		spellcheck: "false",
		required: true,
		autofocus: true,
	});
	const password = h("input", {
		id: "password",
		name: "password",
		type: "password",
		autocomplete: "current-password",
		required: true,
	});
	const button = h("button", { class: "primary" }, "Log in");
	const problem = h("p", { class: "problem", role: "alert" }, words);

	async function submit(event: Event): Promise<void> {
		event.preventDefault();
		button.disabled = true;
		problem.textContent = "";
		try {
			await logIn(name.value, password.value);
			done();
		} catch (error) {
			problem.textContent =
				error instanceof LoginRefused
					? error.message
					: "The camera does not answer.";
			password.select();
		} finally {
			button.disabled = false;
		}
	}

	return h(
		"form",
		{ class: "login", submit },
		h("div", { class: "mark" }, icon("lens")),
		h("h1", {}, "Camera"),
		h("label", { for: "name" }, "User"),
		name,
		h("label", { for: "password" }, "Password"),
		password,
		problem,
		button,
		h(
			"p",
			{ class: "hint" },
			"Those that the camera's first start printed, or yours from its configuration. The password stays in this browser: the camera gets a proof that you know it.",
		),
	);
}
