type Child = Node | string | undefined;
type Attributes = Readonly<
	Record<string, string | boolean | EventListener | undefined>
>;

/** An element with its attributes, listeners (functions) and children; what is undefined or false is left out. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
	tag: Tag,
	attributes: Attributes = {},
	...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
	const element = document.createElement(tag);
	for (const [name, value] of Object.entries(attributes))
		if (typeof value === "function") element.addEventListener(name, value);
		else if (value === true) element.setAttribute(name, "");
		else if (typeof value === "string") element.setAttribute(name, value);
	element.append(...children.filter((child) => child !== undefined));
	return element;
}

/** Icons of 24 units, drawn in lines: the paths of their strokes. */
const icons = {
	lens: "M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18M12 8.5a3.5 3.5 0 1 0 0 7a3.5 3.5 0 0 0 0-7",
	copy: "M9 9h11v11H9zM5 15H4V4h11v1",
	check: "M5 12.5l4.5 4.5L19 7.5",
	full: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
	still: "M4 8h3l2-3h6l2 3h3v11H4zM12 10a3.5 3.5 0 1 0 0 7a3.5 3.5 0 0 0 0-7",
	muted: "M4 10v4h3l4 4V6L7 10zM15 9.5l5 5M20 9.5l-5 5",
	sound: "M4 10v4h3l4 4V6L7 10zM15 9a4.5 4.5 0 0 1 0 6M17.5 6.5a8 8 0 0 1 0 11",
	warn: "M12 4L2.5 20h19zM12 10v4.5M12 17.2v.3",
} as const;

export function icon(name: keyof typeof icons): SVGSVGElement {
	const space = "http://www.w3.org/2000/svg";
	const svg = document.createElementNS(space, "svg");
	svg.setAttribute("viewBox", "0 0 24 24");
	svg.setAttribute("aria-hidden", "true");
	const path = document.createElementNS(space, "path");
	path.setAttribute("d", icons[name]);
	svg.append(path);
	return svg;
}
