#!/usr/bin/python3
"""The peer of the latency measurements: Debian's GStreamer RTSP server.

gst-rtsp-server.py SOCKET ENCODER...: pictures out of shared memory through the encoder. Prints its port.
"""

import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # noqa: E402

Gst.init(None)
server = GstRtspServer.RTSPServer(service="0", address="127.0.0.1")
factory = GstRtspServer.RTSPMediaFactory()
factory.set_shared(True)
factory.set_latency(0)
factory.set_launch(
    f"( shmsrc socket-path={sys.argv[1]} is-live=true do-timestamp=true"
    " ! video/x-raw,format=I420,width=1280,height=720,framerate=15/1,pixel-aspect-ratio=1/1,interlace-mode=progressive"
    " ! queue leaky=downstream max-size-buffers=1"
    f" ! {' '.join(sys.argv[2:])} ! rtph264pay name=pay0 pt=96 config-interval=-1 aggregate-mode=zero-latency )"
)
server.get_mount_points().add_factory("/main", factory)
server.attach(None)
print(f"port {server.get_bound_port()}", flush=True)
GLib.MainLoop().run()
