/**
 * Operations that Profile S or T lists and that are not served yet, and why. They answer
 * ter:ActionNotSupported by themselves; a test keeps this list true and complete.
 */
export const unsupported: readonly {
	readonly reason: string;
	/** Prefix of the service (namespaces.ts) and operation. */
	readonly operations: readonly string[];
}[] = [
	{
		reason: "the host's network is configured on the host",
		operations: [
			"tds:SetHostname",
			"tds:SetDNS",
			"tds:SetNetworkInterfaces",
			"tds:SetNetworkProtocols",
			"tds:SetNetworkDefaultGateway",
		],
	},
	{
		reason: "the host's clock is set on the host",
		operations: ["tds:SetSystemDateAndTime"],
	},
	{
		reason: "there is no factory default apart from the configuration file",
		operations: ["tds:SetSystemFactoryDefault"],
	},
	{
		reason: "events are to come",
		operations: [
			"tev:Subscribe",
			"tev:Renew",
			"tev:Unsubscribe",
			"tev:SetSynchronizationPoint",
			"tev:CreatePullPointSubscription",
			"tev:PullMessages",
			"tev:GetEventProperties",
			"tev:GetServiceCapabilities",
		],
	},
	{
		reason: "metadata streams come with events",
		operations: [
			"trt:GetMetadataConfigurations",
			"trt:GetMetadataConfiguration",
			"trt:GetCompatibleMetadataConfigurations",
			"trt:GetMetadataConfigurationOptions",
			"trt:SetMetadataConfiguration",
			"trt:AddMetadataConfiguration",
			"trt:RemoveMetadataConfiguration",
			"tr2:GetMetadataConfigurations",
			"tr2:GetMetadataConfigurationOptions",
			"tr2:SetMetadataConfiguration",
		],
	},
	{
		reason: "Media2 is to come",
		operations: [
			"tr2:GetServiceCapabilities",
			"tr2:CreateProfile",
			"tr2:DeleteProfile",
			"tr2:GetProfiles",
			"tr2:AddConfiguration",
			"tr2:RemoveConfiguration",
			"tr2:GetVideoSourceConfigurations",
			"tr2:GetVideoSourceConfigurationOptions",
			"tr2:SetVideoSourceConfiguration",
			"tr2:GetVideoEncoderConfigurations",
			"tr2:GetVideoEncoderConfigurationOptions",
			"tr2:SetVideoEncoderConfiguration",
			"tr2:GetVideoEncoderInstances",
			"tr2:GetStreamUri",
			"tr2:GetSnapshotUri",
			"tr2:SetSynchronizationPoint",
		],
	},
	{
		reason: "overlays are to come",
		operations: [
			"tr2:CreateOSD",
			"tr2:DeleteOSD",
			"tr2:GetOSDs",
			"tr2:GetOSDOptions",
			"tr2:SetOSD",
		],
	},
	{
		reason: "image settings are to come",
		operations: [
			"timg:GetServiceCapabilities",
			"timg:GetImagingSettings",
			"timg:GetOptions",
			"timg:SetImagingSettings",
		],
	},
	{
		reason: "the DeviceIO service comes with Profile T",
		operations: ["tmd:GetServiceCapabilities", "tmd:GetVideoSources"],
	},
];
