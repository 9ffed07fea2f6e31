import { LineCounter, parseDocument, visit, type YAMLError } from "yaml";

/** The text is not the YAML that a configuration may be; the message quotes nothing of it. */
export class YamlError extends Error {
	override name = "YamlError";
}

/** Words for the errors that people make; the parser's own may quote a password. */
const causes: Partial<Record<YAMLError["code"], string>> = {
	BAD_INDENT: "the indentation does not fit",
	TAB_AS_INDENT: "a tab stands where blanks must indent",
	DUPLICATE_KEY: "a key stands twice",
	MULTILINE_IMPLICIT_KEY: "a key goes over several lines",
	MISSING_CHAR: "a character is missing, such as a closing quote or a comma",
	MULTIPLE_DOCS: "a second document begins",
	TAG_RESOLVE_FAILED: "a tag (!) is not known",
};

function lineOf(counter: LineCounter, offset: number): string {
	return `line ${counter.linePos(offset).line}`;
}

/**
 * Plain data out of YAML 1.2's core schema: no anchors and aliases, no tags, no key twice, one document.
 * An empty text is no keys.
 * @throws YamlError
 */
export function readYaml(text: string): unknown {
	const lineCounter = new LineCounter();
	let document: ReturnType<typeof parseDocument>;
	try {
		document = parseDocument(text, {
			lineCounter,
			prettyErrors: false,
			logLevel: "error",
		});
	} catch (error) {
		if (!(error instanceof RangeError)) throw error;
		throw new YamlError("is nested too deeply");
	}
	const [problem] = [...document.errors, ...document.warnings];
	if (problem)
		throw new YamlError(
			`${lineOf(lineCounter, problem.pos[0])}: is not YAML: ${causes[problem.code] ?? "something stands where it does not belong"}`,
		);
	visit(document, {
		Alias(_, alias) {
			throw new YamlError(
				`${lineOf(lineCounter, alias.range?.[0] ?? 0)}: anchors and aliases are not taken here`,
			);
		},
	});
	const data: unknown = document.toJS();
	return data ?? {};
}
