import type { Context } from "../context.ts";
import type { MediaOperations, OperationTable } from "../operation.ts";
import {
	AddAudioDecoderConfiguration,
	GetAudioDecoderConfiguration,
	GetAudioDecoderConfigurationOptions,
	GetAudioDecoderConfigurations,
	GetCompatibleAudioDecoderConfigurations,
	RemoveAudioDecoderConfiguration,
	SetAudioDecoderConfiguration,
} from "./AudioDecoderConfiguration.ts";
import {
	AddAudioEncoderConfiguration,
	GetAudioEncoderConfiguration,
	GetAudioEncoderConfigurationOptions,
	GetAudioEncoderConfigurations,
	GetCompatibleAudioEncoderConfigurations,
	RemoveAudioEncoderConfiguration,
	SetAudioEncoderConfiguration,
} from "./AudioEncoderConfiguration.ts";
import { GetAudioOutputs } from "./AudioOutput.ts";
import {
	AddAudioOutputConfiguration,
	GetAudioOutputConfiguration,
	GetAudioOutputConfigurationOptions,
	GetAudioOutputConfigurations,
	GetCompatibleAudioOutputConfigurations,
	RemoveAudioOutputConfiguration,
	SetAudioOutputConfiguration,
} from "./AudioOutputConfiguration.ts";
import { GetAudioSources } from "./AudioSource.ts";
import {
	AddAudioSourceConfiguration,
	GetAudioSourceConfiguration,
	GetAudioSourceConfigurationOptions,
	GetAudioSourceConfigurations,
	GetCompatibleAudioSourceConfigurations,
	RemoveAudioSourceConfiguration,
	SetAudioSourceConfiguration,
} from "./AudioSourceConfiguration.ts";
import { GetGuaranteedNumberOfVideoEncoderInstances } from "./GuaranteedNumberOfVideoEncoderInstances.ts";
import {
	StartMulticastStreaming,
	StopMulticastStreaming,
} from "./MulticastStreaming.ts";
import {
	CreateProfile,
	DeleteProfile,
	GetProfile,
	GetProfiles,
} from "./Profile.ts";
import { GetServiceCapabilities } from "./ServiceCapabilities.ts";
import { GetSnapshotUri } from "./SnapshotUri.ts";
import { GetStreamUri } from "./StreamUri.ts";
import { SetSynchronizationPoint } from "./SynchronizationPoint.ts";
import {
	AddVideoEncoderConfiguration,
	GetCompatibleVideoEncoderConfigurations,
	GetVideoEncoderConfiguration,
	GetVideoEncoderConfigurationOptions,
	GetVideoEncoderConfigurations,
	RemoveVideoEncoderConfiguration,
	SetVideoEncoderConfiguration,
} from "./VideoEncoderConfiguration.ts";
import { GetVideoSources } from "./VideoSource.ts";
import {
	AddVideoSourceConfiguration,
	GetCompatibleVideoSourceConfigurations,
	GetVideoSourceConfiguration,
	GetVideoSourceConfigurationOptions,
	GetVideoSourceConfigurations,
	RemoveVideoSourceConfiguration,
	SetVideoSourceConfiguration,
} from "./VideoSourceConfiguration.ts";

/** What the media service (ver10) answers (Media spec, 5). */
export const operations = {
	AddAudioDecoderConfiguration,
	AddAudioEncoderConfiguration,
	AddAudioOutputConfiguration,
	AddAudioSourceConfiguration,
	AddVideoEncoderConfiguration,
	AddVideoSourceConfiguration,
	CreateProfile,
	DeleteProfile,
	GetAudioDecoderConfiguration,
	GetAudioDecoderConfigurationOptions,
	GetAudioDecoderConfigurations,
	GetAudioEncoderConfiguration,
	GetAudioEncoderConfigurationOptions,
	GetAudioEncoderConfigurations,
	GetAudioOutputConfiguration,
	GetAudioOutputConfigurationOptions,
	GetAudioOutputConfigurations,
	GetAudioOutputs,
	GetAudioSourceConfiguration,
	GetAudioSourceConfigurationOptions,
	GetAudioSourceConfigurations,
	GetAudioSources,
	GetCompatibleAudioDecoderConfigurations,
	GetCompatibleAudioEncoderConfigurations,
	GetCompatibleAudioOutputConfigurations,
	GetCompatibleAudioSourceConfigurations,
	GetCompatibleVideoEncoderConfigurations,
	GetCompatibleVideoSourceConfigurations,
	GetGuaranteedNumberOfVideoEncoderInstances,
	GetProfile,
	GetProfiles,
	GetServiceCapabilities,
	GetSnapshotUri,
	GetStreamUri,
	GetVideoEncoderConfiguration,
	GetVideoEncoderConfigurationOptions,
	GetVideoEncoderConfigurations,
	GetVideoSourceConfiguration,
	GetVideoSourceConfigurationOptions,
	GetVideoSourceConfigurations,
	GetVideoSources,
	RemoveAudioDecoderConfiguration,
	RemoveAudioEncoderConfiguration,
	RemoveAudioOutputConfiguration,
	RemoveAudioSourceConfiguration,
	RemoveVideoEncoderConfiguration,
	RemoveVideoSourceConfiguration,
	SetAudioDecoderConfiguration,
	SetAudioEncoderConfiguration,
	SetAudioOutputConfiguration,
	SetAudioSourceConfiguration,
	SetSynchronizationPoint,
	SetVideoEncoderConfiguration,
	SetVideoSourceConfiguration,
	StartMulticastStreaming,
	StopMulticastStreaming,
} satisfies OperationTable<MediaOperations, Context>;
