// A namespace import, so that the bundle takes only the builders that stand here.
import * as Type from "@sinclair/typebox";
import { closed, orNull, printable } from "./schema-words.ts";

/** A server over TLS; null for none. */
export const TlsPort = Type.Object(
	{ port: orNull(Type.Integer({ minimum: 0, maximum: 65_535 })) },
	closed,
);

const File = (example: string) =>
	orNull(
		Type.String({
			pattern: `^/${printable}{1,1023}$`,
			expects: `an absolute path such as ${example}`,
		}),
	);

/** The service's certificate, its chain after it, and its key: both PEM. */
export const Tls = Type.Object(
	{
		certificate: File("/etc/onvifd/certificate.pem"),
		key: File("/etc/onvifd/key.pem"),
	},
	closed,
);
