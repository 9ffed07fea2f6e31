import { CameraView } from "./camera-view.ts";
import { h } from "./dom.ts";
import { loginForm } from "./login.ts";
import { isLoggedIn } from "./session.ts";

const retryMs = 2000;
const page = document.querySelector("main") ?? document.body;
let view: CameraView | undefined;

function showLogin(words?: string): void {
	view?.close();
	view = undefined;
	document.title = "Camera";
	page.replaceChildren(loginForm(showCamera, words));
}

function showCamera(): void {
	view = new CameraView(showLogin);
	page.replaceChildren(view.element);
}

async function begin(): Promise<void> {
	try {
		if (await isLoggedIn()) showCamera();
		else showLogin();
	} catch {
		page.replaceChildren(
			h("p", { class: "notice" }, "The camera does not answer. Trying again …"),
		);
		setTimeout(begin, retryMs);
	}
}

void begin();
