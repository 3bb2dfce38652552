"""Throw-away certificates, good for nothing else; constants, because making them takes long."""

from __future__ import annotations

import base64
from collections.abc import Mapping

AUTHORITY = (
    "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSEZNSG1nQXdJQkFnSUJBVEFGQmdNclpYQXdEVEVMTUFrR0ExVUVBd3dDWTJF"
    "d0hoY05NalF3TVRBeE1EQXcKTURBd1doY05ORFF3TVRBeE1EQXdNREF3V2pBTk1Rc3dDUVlEVlFRRERBSmpZVEFxTUFVR0F5dGxj"
    "QU1oQUtwYwpYWC9DN0V2akIvK0dSa1NEM1pBZHNidmlHWmszVTRyUVQyeEpFeHIxTUFVR0F5dGxjQU5CQUxiQm8zNENhYm5NCjNU"
    "ZHdDaWxxM2ROd3lZei9HRGZrV0tqejBXSUczSEhmQU5QTWtBVlhUcWQrb2g1dmduZHVnclJENVBQSEhMWlYKUWJnM3Jack9BQXc9"
    "Ci0tLS0tRU5EIENFUlRJRklDQVRFLS0tLS0K"
)
CLIENT = (
    "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSEpNSDJnQXdJQkFnSUJBVEFGQmdNclpYQXdEVEVMTUFrR0ExVUVBd3dDWTJF"
    "d0hoY05NalF3TVRBeE1EQXcKTURBd1doY05ORFF3TVRBeE1EQXdNREF3V2pBUk1ROHdEUVlEVlFRRERBWmpiR2xsYm5Rd0tqQUZC"
    "Z01yWlhBRApJUUNIQWp0T3kwTkJqb1p4U0RDYnFjeml6cVk1YW1mZDl5YWdpd05UTGQybGRUQUZCZ01yWlhBRFFRQloza0JvCkw2"
    "YmJHNVlCbFFtVlM2aUlhOVZxbmx3UXpLVEtvYXZod1ZoRk5GL0JsWWcyNTlXUEQ3eVlqNEVGeHdTMmtRQUwKUGU4UnA0bllac2po"
    "aEpZTAotLS0tLUVORCBDRVJUSUZJQ0FURS0tLS0tCg=="
)
CLIENT_KEY = (
    "LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0tCk1DNENBUUF3QlFZREsyVndCQ0lFSUJuWWJjSHBhOTkxM0lRZWl0ZWVUb2pXRXlj"
    "Y2JlTitkUE9JbWd0ZXNYVmMKLS0tLS1FTkQgUFJJVkFURSBLRVktLS0tLQo="
)
OTHER = (
    "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSExNSCtnQXdJQkFnSUJBVEFGQmdNclpYQXdFREVPTUF3R0ExVUVBd3dGYjNS"
    "b1pYSXdIaGNOTWpRd01UQXgKTURBd01EQXdXaGNOTkRRd01UQXhNREF3TURBd1dqQVFNUTR3REFZRFZRUUREQVZ2ZEdobGNqQXFN"
    "QVVHQXl0bApjQU1oQUt5OGUrR3g5WXZZdXJpeTNBc1NMNXQydHRRektpVW1yb05vSVlad2JFNi9NQVVHQXl0bGNBTkJBRkJBCldh"
    "R1RHQmNiVjlxVGxlQU5GN21PbDNUWDFuMUxFcFVSK1Z2V0x0dS9EaDNWcFEwYjBLYmpqWXQ2Yld5dEk1K2QKT1hkaE1pSUh6aDQ2"
    "bGM1N3NBND0KLS0tLS1FTkQgQ0VSVElGSUNBVEUtLS0tLQo="
)
OTHER_KEY = (
    "LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0tCk1DNENBUUF3QlFZREsyVndCQ0lFSUg1c0srK2J5YWNJTiswYWEvR0ZaRXc4TENn"
    "NnJ1V1F1ZUxRNnJ2UjRtZ0IKLS0tLS1FTkQgUFJJVkFURSBLRVktLS0tLQo="
)
"""base64 of PEM: an authority, a certificate that it issued, one that it did not, and their keys."""
AUTHORITY_PEM, CLIENT_PEM, OTHER_PEM = (
    base64.b64decode(each).decode() for each in (AUTHORITY, CLIENT, OTHER)
)
KEY_PAIR: Mapping[str, str] = {"tls.crt": CLIENT, "tls.key": CLIENT_KEY}
SECRETS: tuple[Mapping[str, str] | None, ...] = (
    *10 * (KEY_PAIR,),
    {"tls.crt": OTHER, "tls.key": OTHER_KEY},
    {"tls.crt": OTHER, "tls.key": CLIENT_KEY},
    {"tls.crt": CLIENT},
    {"tls.crt": "bm8=", "tls.key": "bm8="},
    None,
)
"""What a TLS Secret holds; None: there is no such Secret."""
BUNDLES: tuple[Mapping[str, str] | None, ...] = (
    *6 * ({"ca.crt": AUTHORITY_PEM},),
    {"ca.crt": OTHER_PEM + AUTHORITY_PEM},
    {"ca.crt": OTHER_PEM},
    {"ca.crt": "no"},
    {"tls.crt": AUTHORITY_PEM},
    None,
)
"""What the ConfigMap of a CA holds; None: there is no such ConfigMap."""
