import { after, before, describe } from "node:test";
import { administrator } from "../helpers/service.ts";
import {
	type ChainHost,
	chainServiceCases,
} from "../media/v4l2-chain/service-cases.ts";
import { withoutChainPrograms } from "./chain-programs.ts";
import {
	type GuestService,
	httpPort,
	rtspPort,
	startGuestService,
} from "./guest-service.ts";
import { plugIn, unplug, vividDevice } from "./vivid.ts";
import { prepareVm, startVm, type Vm } from "./vm.ts";

const skip = withoutChainPrograms || ((await prepareVm()) ?? false);

const size = { width: 640, height: 360 };
const loopback = "/dev/video10";

describe("a profile made by the v4l2 chain itself", { skip }, () => {
	let vm: Vm;
	let service: GuestService;
	let host: ChainHost;

	before(async () => {
		vm = await startVm({ ports: [rtspPort, httpPort] });
		await plugIn(vm);
		await vm.must("modprobe v4l2loopback video_nr=10 exclusive_caps=0");
		service = await startGuestService(vm, {
			users: [administrator],
			source: { v4l2: { device: vividDevice } },
			profiles: [
				{
					token: "main",
					encoding: "H264",
					...size,
					frameRate: 10,
					govLength: 10,
					engine: "v4l2-chain",
					chain: { loopback },
				},
			],
		});
		host = {
			ports: { http: vm.port(httpPort), rtsp: vm.port(rtspPort) },
			rtspPort,
			size,
			camera: vividDevice,
			loopback,
			running: async (program) =>
				(await vm.must(`pgrep -x ${program} || true`))
					.split("\n")
					.filter(Boolean)
					.map(Number),
			kill: async (pid) => void (await vm.must(`kill -KILL ${pid}`)),
			said: () => service.said(),
			async hold() {
				const pid = await vm.must(
					`sleep 1000 <${loopback} >/dev/null 2>&1 & echo $!`,
				);
				return {
					holder: `sleep (pid ${Number(pid)})`,
					release: async () => void (await vm.must(`kill ${pid}`)),
				};
			},
			unplug: () => unplug(vm),
			plugIn: () => plugIn(vm),
		};
	});
	after(() => vm?.stop());

	chainServiceCases(() => host);
});
