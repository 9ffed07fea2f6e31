/** Those who ask for the same at the same time share one answer. */
export class AtOnce<Answer> {
	readonly #pending = new Map<string, Promise<Answer>>();

	ask(what: string, find: () => Promise<Answer>): Promise<Answer> {
		const pending = this.#pending.get(what);
		if (pending) return pending;
		const answer = find().finally(() => this.#pending.delete(what));
		this.#pending.set(what, answer);
		return answer;
	}
}
