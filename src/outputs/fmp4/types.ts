/** What a player needs before the first fragment, and again when the encoder's settings change. */
export interface InitSegment {
	readonly data: Buffer;
	/** MIME type with codecs, as Media Source Extensions take it. */
	readonly type: string;
}

/** One frame, ready to be sent to everybody; never to be written to. */
export interface Fragment {
	/** `moof` and `mdat`. */
	readonly data: Buffer;
	/** A picture at which a player can start. */
	readonly key: boolean;
	/** Of a picture, in seconds; 0 for sound, which lies beside pictures. */
	readonly duration: number;
	/** Milliseconds since 1970. */
	readonly takenAt: number;
}

/** Whoever takes a profile as fragmented MP4. None of it may block or throw. */
export interface Mp4Output {
	/** For the fragments that follow; the first of them is a key frame. */
	init(init: InitSegment): void;
	fragment(fragment: Fragment): void;
	/** There will be no more. */
	end(reason: string): void;
}
