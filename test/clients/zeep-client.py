#!/usr/bin/python3
"""Asks a camera what Home Assistant and Frigate ask, by zeep, the SOAP library of their ONVIF client.

Reads {url, user, password, schemas} from standard input and writes what it was answered to standard output, as JSON.
`schemas` is a folder of ONVIF's own WSDL with a catalog, such as those clients bring along; null reads the camera's.
"""

import json
import os
import sys
import time
from xml.etree import ElementTree

import requests
from requests.auth import HTTPDigestAuth
from zeep import Client, Settings, Transport
from zeep.exceptions import Fault
from zeep.wsa import WsAddressingPlugin
from zeep.wsse.username import UsernameToken

asked = json.load(sys.stdin)
DEVICE = "http://www.onvif.org/ver10/device/wsdl"
MEDIA = "http://www.onvif.org/ver10/media/wsdl"
FILES = {DEVICE: ("devicemgmt", "device"), MEDIA: ("media", "media")}


class Offline(Transport):
    """Finds by a catalog what a WSDL imports from elsewhere."""

    def __init__(self, folder):
        super().__init__()
        entries = ElementTree.parse(os.path.join(folder, "catalog.xml")).getroot()
        self.files = {
            entry.get("name"): os.path.join(folder, entry.get("uri"))
            for entry in entries
            if entry.get("name")
        }

    def load(self, url):
        return super().load(self.files.get(url.replace("https:", "http:"), url))


def service(namespace, address, password=asked["password"]):
    official, served = FILES[namespace]
    folder = asked["schemas"]
    wsdl = (
        f"{folder}/onvif/ver10/{served}/wsdl/{official}.wsdl"
        if folder
        else f"{asked['url']}/onvif/wsdl/{served}.wsdl"
    )
    client = Client(
        wsdl,
        wsse=UsernameToken(asked["user"], password, use_digest=True, zulu_timestamp=True),
        transport=Offline(folder) if folder else Transport(),
        settings=Settings(strict=False, xml_huge_tree=True),
        plugins=[WsAddressingPlugin()],
    )
    (binding,) = [name for name in client.wsdl.bindings if name.startswith(f"{{{namespace}}}")]
    return client.create_service(binding, address)


def fault(call):
    try:
        call()
    except Fault as told:
        return {"message": told.message, "subcodes": [code.text for code in told.subcodes]}
    return None


def moment(date_time):
    date, time = date_time.Date, date_time.Time
    return [date.Year, date.Month, date.Day, time.Hour, time.Minute, time.Second]


def picture_at(address):
    """On a busy machine the camera may ask to come again."""
    for _ in range(10):
        answer = requests.get(address, auth=HTTPDigestAuth(asked["user"], asked["password"]), timeout=60)
        if answer.status_code != 503:
            break
        time.sleep(int(answer.headers["retry-after"]))
    return answer


def profile_of(media, profile):
    encoder = profile.VideoEncoderConfiguration
    setup = {"Stream": "RTP-Unicast", "Transport": {"Protocol": "RTSP"}}
    snapshot = media.GetSnapshotUri(ProfileToken=profile.token).Uri
    answer = picture_at(snapshot)
    return {
        "token": profile.token,
        "name": profile.Name,
        "encoding": encoder.Encoding,
        "size": [encoder.Resolution.Width, encoder.Resolution.Height],
        "source": profile.VideoSourceConfiguration.SourceToken,
        "ptz": profile.PTZConfiguration,
        "stream": media.GetStreamUri(ProfileToken=profile.token, StreamSetup=setup).Uri,
        "snapshot": [answer.status_code, answer.headers["content-type"], len(answer.content)],
    }


def main():
    # The path is fixed in that client.
    address = f"{asked['url']}/onvif/device_service"
    device = service(DEVICE, address)
    services = {one.Namespace: one.XAddr for one in device.GetServices(IncludeCapability=False)}
    capabilities = device.GetCapabilities(Category="All")
    media = service(MEDIA, services[MEDIA])
    clock = device.GetSystemDateAndTime()
    interfaces = device.GetNetworkInterfaces()
    information = device.GetDeviceInformation()
    profiles = media.GetProfiles()
    sources = media.GetVideoSources()
    wrong = service(DEVICE, address, "a wrong one")
    print(
        json.dumps(
            {
                "services": services,
                "media": capabilities.Media.XAddr,
                "without": [
                    name for name in ("Events", "Imaging", "PTZ", "Analytics") if capabilities[name] is None
                ],
                "clock": [clock.DateTimeType, moment(clock.UTCDateTime)],
                "hardware": [one.Info.HwAddress for one in interfaces if one.Enabled],
                "information": {name: information[name] for name in information},
                "snapshots": media.GetServiceCapabilities().SnapshotUri,
                "profiles": [profile_of(media, one) for one in profiles],
                "sources": [[one.token, one.Resolution.Width, one.Resolution.Height] for one in sources],
                "stranger": fault(lambda: wrong.GetDeviceInformation()),
                "unknown": fault(lambda: media.GetProfile(ProfileToken="none")),
            }
        )
    )


main()
