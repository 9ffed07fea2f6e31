import { audioEncoderOf, audioSourceOf } from "./audio.ts";
import {
	type AudioEncoderOptions,
	audioEncoderOptions,
} from "./audio-encoder.ts";
import { AudioOutputs } from "./audio-outputs.ts";
import {
	known,
	withAudioEncoderConfiguration,
	withAudioSourceConfiguration,
	withVideoEncoderConfiguration,
	withVideoSourceConfiguration,
} from "./configurations.ts";
import type { ChangeListener, StateKeeper } from "./keeper.ts";
import { groupOf } from "./multicast.ts";
import { withMulticastStreaming } from "./multicast-streaming.ts";
import { type AllEncoderOptions, encoderOptions } from "./options.ts";
import {
	newProfile,
	type ProfilePart,
	useCount,
	withoutProfile,
	withPart,
} from "./profiles.ts";
import {
	addScopes,
	fixedScopes,
	listScopes,
	removeScopes,
	replaceScopes,
} from "./scopes.ts";
import type { CameraSettings } from "./settings.ts";
import type {
	AudioEncoderConfiguration,
	AudioSource,
	AudioSourceConfiguration,
	DeviceIdentity,
	DiscoveryMode,
	Multicast,
	Profile,
	Scope,
	Token,
	VideoEncoderConfiguration,
	VideoSource,
	VideoSourceConfiguration,
} from "./types.ts";

/**
 * The camera as ONVIF sees it. Reading is immediate and shares what is there; the methods that
 * change it persist before they resolve, and reject with `CameraError`.
 */
export class Camera {
	readonly identity: DeviceIdentity;
	readonly videoSource: VideoSource;
	/** Undefined without microphone. */
	readonly audioSource: AudioSource | undefined;
	/** What clients may talk through. */
	readonly audioOutputs: AudioOutputs;
	/** Ready and created profiles together. */
	readonly maximumProfiles: number;
	readonly encoderOptions: AllEncoderOptions;
	readonly audioEncoderOptions: AudioEncoderOptions;
	readonly #fixedScopes: readonly string[];
	readonly #keeper: StateKeeper;

	/** Use `openCamera`. */
	constructor(settings: CameraSettings, keeper: StateKeeper) {
		this.identity = settings.identity;
		this.videoSource = settings.videoSource;
		this.maximumProfiles = Math.max(
			settings.maximumProfiles,
			settings.profiles.length + 1,
		);
		this.audioSource = audioSourceOf(settings.audio);
		this.audioOutputs = new AudioOutputs(settings.audioOutput === true, keeper);
		this.encoderOptions = encoderOptions(settings);
		this.audioEncoderOptions = audioEncoderOptions(settings);
		this.#fixedScopes = fixedScopes(settings);
		this.#keeper = keeper;
	}

	/** Grows with every change, also over restarts. */
	get revision(): number {
		return this.#keeper.state.revision;
	}

	get discoveryMode(): DiscoveryMode {
		return this.#keeper.state.discoveryMode;
	}

	get scopes(): readonly Scope[] {
		return listScopes(this.#fixedScopes, this.#keeper.state.configurableScopes);
	}

	get profiles(): readonly Profile[] {
		return this.#keeper.state.profiles;
	}

	get videoSourceConfigurations(): readonly VideoSourceConfiguration[] {
		return this.#keeper.state.videoSourceConfigurations;
	}

	get videoEncoderConfigurations(): readonly VideoEncoderConfiguration[] {
		return this.#keeper.state.videoEncoderConfigurations;
	}

	get audioSourceConfigurations(): readonly AudioSourceConfiguration[] {
		return this.#keeper.state.audioSourceConfigurations;
	}

	get audioEncoderConfigurations(): readonly AudioEncoderConfiguration[] {
		return this.#keeper.state.audioEncoderConfigurations;
	}

	/** Those that a profile with a video source uses: what can be watched, so what there has to be a stream for. */
	get encoderConfigurationsInUse(): readonly VideoEncoderConfiguration[] {
		const used = new Set(
			this.profiles
				.filter((profile) => profile.videoSourceConfiguration !== undefined)
				.map((profile) => profile.videoEncoderConfiguration),
		);
		return this.videoEncoderConfigurations.filter((c) => used.has(c.token));
	}

	/** Those that go with a video that can be watched. */
	get audioEncoderConfigurationsInUse(): readonly AudioEncoderConfiguration[] {
		const used = new Set(
			this.profiles.map((profile) => audioEncoderOf(profile)),
		);
		return this.audioEncoderConfigurations.filter((c) => used.has(c.token));
	}

	profile(token: Token | undefined): Profile | undefined {
		return this.profiles.find((profile) => profile.token === token);
	}

	videoSourceConfiguration(
		token: Token | undefined,
	): VideoSourceConfiguration | undefined {
		return this.videoSourceConfigurations.find((c) => c.token === token);
	}

	videoEncoderConfiguration(
		token: Token | undefined,
	): VideoEncoderConfiguration | undefined {
		return this.videoEncoderConfigurations.find((c) => c.token === token);
	}

	audioSourceConfiguration(
		token: Token | undefined,
	): AudioSourceConfiguration | undefined {
		return this.audioSourceConfigurations.find((c) => c.token === token);
	}

	audioEncoderConfiguration(
		token: Token | undefined,
	): AudioEncoderConfiguration | undefined {
		return this.audioEncoderConfigurations.find((c) => c.token === token);
	}

	/** How many profiles use a configuration. */
	useCount(part: ProfilePart, configuration: Token): number {
		return useCount(this.profiles, part, configuration);
	}

	/** Calls `listener` after each change with the parts that changed. Answers the way to stop that. */
	onChanged(listener: ChangeListener): () => void {
		return this.#keeper.onChanged(listener);
	}

	/** An empty profile that clients may delete; without `token` it gets a free one. */
	async createProfile(name: string, token?: Token): Promise<Profile> {
		const created: Profile[] = [];
		await this.#keeper.change((state) => {
			const profile = newProfile(state, this.maximumProfiles, name, token);
			created.push(profile);
			return { profiles: [...state.profiles, profile] };
		});
		const [profile] = created;
		if (profile === undefined) throw new Error("the change was not made");
		return profile;
	}

	deleteProfile(token: Token): Promise<void> {
		return this.#keeper.change((state) => ({
			profiles: withoutProfile(state, token),
		}));
	}

	/** Puts a configuration into a profile, in place of the one that is there. */
	addToProfile(
		profile: Token,
		part: ProfilePart,
		configuration: Token,
	): Promise<void> {
		return this.#keeper.change((state) => {
			const profiles = withPart(state, profile, part, configuration);
			known<{ token: Token }>(state[`${part}s`], configuration);
			return { profiles };
		});
	}

	/** A profile that has none stays as it is. */
	removeFromProfile(profile: Token, part: ProfilePart): Promise<void> {
		return this.#keeper.change((state) => ({
			profiles: withPart(state, profile, part, undefined),
		}));
	}

	setVideoSourceConfiguration(wanted: VideoSourceConfiguration): Promise<void> {
		return this.#keeper.change((state) => ({
			videoSourceConfigurations: withVideoSourceConfiguration(state, wanted),
		}));
	}

	setVideoEncoderConfiguration(
		wanted: VideoEncoderConfiguration,
	): Promise<void> {
		return this.#keeper.change((state) => ({
			videoEncoderConfigurations: withVideoEncoderConfiguration(
				state,
				wanted,
				this.encoderOptions.of(wanted.token),
			),
		}));
	}

	setAudioSourceConfiguration(wanted: AudioSourceConfiguration): Promise<void> {
		return this.#keeper.change((state) => ({
			audioSourceConfigurations: withAudioSourceConfiguration(state, wanted),
		}));
	}

	/** Rejects with ConfigModify for what is not in `audioEncoderOptions`. */
	setAudioEncoderConfiguration(
		wanted: AudioEncoderConfiguration,
	): Promise<void> {
		return this.#keeper.change((state) => ({
			audioEncoderConfigurations: withAudioEncoderConfiguration(
				state,
				wanted,
				this.audioEncoderOptions,
			),
		}));
	}

	/** Where an encoder configuration's stream goes when it is multicast. */
	groupOf(configuration: {
		readonly token: Token;
		readonly multicast: Multicast;
	}): Multicast {
		const { token, multicast } = configuration;
		return groupOf(multicast, this.identity.endpointReference, token);
	}

	/** Begins or ends sending a profile's streams to their groups, whoever listens. */
	setMulticastStreaming(profile: Token, on: boolean): Promise<void> {
		return this.#keeper.change((state) =>
			withMulticastStreaming(state, profile, on),
		);
	}

	setDiscoveryMode(discoveryMode: DiscoveryMode): Promise<void> {
		return this.#keeper.change(() => ({ discoveryMode }));
	}

	setScopes(items: readonly string[]): Promise<void> {
		const fixed = this.#fixedScopes;
		return this.#keeper.change(() => ({
			configurableScopes: replaceScopes(fixed, items),
		}));
	}

	addScopes(items: readonly string[]): Promise<void> {
		const fixed = this.#fixedScopes;
		return this.#keeper.change((state) => ({
			configurableScopes: addScopes(fixed, state.configurableScopes, items),
		}));
	}

	removeScopes(items: readonly string[]): Promise<void> {
		const fixed = this.#fixedScopes;
		return this.#keeper.change((state) => ({
			configurableScopes: removeScopes(fixed, state.configurableScopes, items),
		}));
	}
}
