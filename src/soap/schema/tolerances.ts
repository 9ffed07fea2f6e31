// Where known clients leave the schema, and we follow them. Names are `type.property` and `type@attribute`.

/** Required elements that may be missing, and what they then are. */
export const DEFAULTS: ReadonlyMap<string, unknown> = new Map([
	// agsh/onvif leaves UseCount out when it is 0; what a client sends there means nothing anyway.
	["tt:VideoEncoderConfiguration.UseCount", 0],
]);

/** Attributes that the type does not have, passed over. */
export const IGNORED_ATTRIBUTES: ReadonlySet<string> = new Set([
	// agsh/onvif writes Media2's attribute into ver10's SetVideoEncoderConfiguration.
	"tt:VideoRateControl@ConstantBitRate",
]);

/** Other spellings of enumerated values, by simple type. */
export const SYNONYMS: ReadonlyMap<
	string,
	ReadonlyMap<string, string>
> = new Map([
	[
		"tt:StreamType",
		// The first is what the Media spec itself writes in GetStreamUri; ZoneMinder tries them one after the other.
		new Map([
			["RTP_unicast", "RTP-Unicast"],
			["RTP-unicast", "RTP-Unicast"],
			["RTP_multicast", "RTP-Multicast"],
			["RTP-multicast", "RTP-Multicast"],
		]),
	],
]);
