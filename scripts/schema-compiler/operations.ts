import { childNamed, requiredAttribute, type SchemaNode } from "./document.ts";
import type { Operation, TypeName } from "./model.ts";
import { typeName } from "./names.ts";

const localName = (qname: string) => qname.split(":").at(-1) ?? qname;

const find = (documents: readonly SchemaNode[], kind: string, name: string) =>
	documents
		.flatMap((document) => document.children)
		.find((node) => node.name === kind && node.attributes.get("name") === name);

function messageElement(
	documents: readonly SchemaNode[],
	direction: SchemaNode,
): TypeName {
	const name = localName(requiredAttribute(direction, "message"));
	const part = find(documents, "message", name)?.children.find(
		(child) => child.name === "part",
	);
	if (part === undefined)
		throw new Error(`${direction.file}: message ${name} has no part`);
	return typeName(requiredAttribute(part, "element"), part);
}

function operation(
	documents: readonly SchemaNode[],
	bound: SchemaNode,
	abstract: SchemaNode,
): Operation {
	const name = requiredAttribute(bound, "name");
	const input = childNamed(abstract, "input");
	if (input === undefined)
		throw new Error(`${abstract.file}: ${name} takes nothing`);
	const output = childNamed(abstract, "output");
	const action =
		input.attributes.get("wsaw:Action") ??
		childNamed(bound, "operation")?.attributes.get("soapAction") ??
		"";
	return {
		name,
		request: messageElement(documents, input),
		response:
			output === undefined ? undefined : messageElement(documents, output),
		action,
		// Where the WSDL prescribes none, what gSOAP's and so most cameras' answers bear.
		responseAction:
			output?.attributes.get("wsaw:Action") ??
			`${action.replace(/Request$/, "")}Response`,
	};
}

/** Every operation that a service's WSDL binds, each name once. */
export function compileOperations(
	service: SchemaNode,
	notification: SchemaNode,
): Operation[] {
	const documents = [service, notification];
	const operations = new Map<string, Operation>();
	for (const binding of service.children) {
		if (binding.name !== "binding") continue;
		const portName = localName(requiredAttribute(binding, "type"));
		const port = find(documents, "portType", portName);
		for (const bound of binding.children) {
			const name = bound.attributes.get("name") ?? "";
			const abstract = port?.children.find(
				(node) =>
					node.name === "operation" && node.attributes.get("name") === name,
			);
			if (bound.name === "operation" && abstract !== undefined)
				if (!operations.has(name))
					operations.set(name, operation(documents, bound, abstract));
		}
	}
	return [...operations.values()];
}
