/** Why there is no webcam, in words that say what to do; `usage`: the command line is what is wrong. */
export class WebcamTrouble extends Error {
	override readonly name = "WebcamTrouble";
	readonly usage: boolean;

	constructor(message: string, { usage = false } = {}) {
		super(message);
		this.usage = usage;
	}
}
