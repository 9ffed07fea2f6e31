/** hls.js without what cameras have none of: several sound tracks, subtitles, copy protection. */
declare module "hls.js/light" {
	export { default } from "hls.js";
}
