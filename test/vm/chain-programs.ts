import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const missing = ["v4l2compress", "v4l2rtspserver"].filter(
	(program) =>
		!(process.env.PATH ?? "")
			.split(delimiter)
			.some((folder) => existsSync(join(folder, program))),
);

/** Why the chain's programs themselves cannot be tested here; false when they can. */
export const withoutChainPrograms: string | false =
	missing.length > 0 && `${missing.join(" and ")}: not installed here`;
