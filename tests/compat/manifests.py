"""Manifests that need one feature each, and the same without."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import NamedTuple

from gwsim.implementations import SPEC, Implementation
from gwsim.reading.loading import load_files
from gwsim.simulation import Simulation

GATEWAY = """
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge}
spec: {gatewayClassName: public, listeners: [LISTENERS]}
"""
HTTP = "{name: http, port: 80, protocol: HTTP}"
HTTPS = "{name: NAME, port: 443, protocol: HTTPS, hostname: HOST, tls: {certificateRefs: [{name: cert}]}}"
EDGE = GATEWAY.replace("LISTENERS", HTTP)
SERVICE = """
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {ports: [{port: 80}]}
"""
ROUTE = """
apiVersion: gateway.networking.k8s.io/v1
kind: KIND
metadata: {name: web}
spec: {parentRefs: [PARENT], rules: [{RULE}]}
"""
BACKEND = "backendRefs: [{name: web, port: 80}]"
TO_EDGE, TO_SERVICE = "{name: edge}", '{group: "", kind: Service, name: web}'
POLICY = """
apiVersion: gateway.networking.k8s.io/v1
kind: BackendTLSPolicy
metadata: {name: trust}
spec:
  targetRefs: [{group: "", kind: Service, name: web}]
  validation: {wellKnownCACertificates: System, hostname: web.test EXTRA}
"""
CLIENTS = "caCertificateRefs: [{group: '', kind: ConfigMap, name: ca}]"


def documents(*parts: str) -> str:
    """Several manifests as one text."""
    return "\n---\n".join(parts)


def route(rule: str, kind: str = "HTTPRoute", parent: str = TO_EDGE) -> str:
    """A route of one rule, with its Gateway and its Service."""
    text = ROUTE.replace("KIND", kind).replace("PARENT", parent).replace("RULE", rule)
    return documents(EDGE, SERVICE, text)


def filtered(filters: str, backend: str = BACKEND) -> str:
    """A route with filters."""
    return route(f"filters: [{filters}], {backend}")


def gateway(extra: str = "", listeners: str = HTTP) -> str:
    """A Gateway with more in its spec."""
    return GATEWAY.replace("LISTENERS", listeners).replace("spec: {", "spec: {" + extra)


def redirect(fields: str) -> str:
    """A filter that redirects."""
    return f"{{type: RequestRedirect, requestRedirect: {{{fields}}}}}"


def rewrite(fields: str) -> str:
    """A filter that rewrites."""
    return f"{{type: URLRewrite, urlRewrite: {{{fields}}}}}"


def mirror(fields: str = "") -> str:
    """A filter that mirrors."""
    return f"{{type: RequestMirror, requestMirror: {{backendRef: {{name: web, port: 80}}{fields}}}}}"


def behind(filter_: str) -> str:
    """A route with a filter at its backend."""
    return route(f"backendRefs: [{{name: web, port: 80, filters: [{filter_}]}}]")


def speaking(protocol: str) -> str:
    """A route to a Service of an appProtocol."""
    return route(BACKEND).replace("{port: 80}", f"{{port: 80, appProtocol: {protocol}}}", 1)


class Pair(NamedTuple):
    """Manifests that need a feature, and some beside them that do not."""

    needs: str
    does_not: str


PLAIN = route(BACKEND)
SET = documents(
    gateway("allowedListeners: {namespaces: {from: Same}}, "),
    """
apiVersion: gateway.networking.k8s.io/v1
kind: ListenerSet
metadata: {name: more}
spec: {parentRef: {name: edge}, listeners: [{name: more, port: 8443, protocol: HTTP}]}
""",
)
MODIFY = "{type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: a, value: b}]}}"
SET_HEADER = "{type: ResponseHeaderModifier, responseHeaderModifier: {set: [{name: a, value: b}]}}"
FULL_PATH = "path: {type: ReplaceFullPath, replaceFullPath: /b}"
MESH = route(BACKEND, parent=TO_SERVICE)
TERMINATE = "{name: a, port: 443, protocol: TLS, hostname: a.test, tls: {certificateRefs: [{name: cert}]}}"
PASSTHROUGH = "{name: b, port: 443, protocol: TLS, tls: {mode: Passthrough}}"
STREAM = "{name: s, port: 53, protocol: PROTOCOL}"


def stream(kind: str, protocol: str) -> str:
    """A route of connections, with its listener."""
    listener = STREAM.replace("PROTOCOL", protocol)
    if protocol == "TLS":
        listener = PASSTHROUGH
    text = route(BACKEND, kind).replace(HTTP, listener)
    return text.replace("parentRefs", "hostnames: [b.test], parentRefs") if kind == "TLSRoute" else text


def in_mesh(rule: str) -> str:
    """A route of a mesh."""
    return route(rule, parent=TO_SERVICE)


PAIRS: Mapping[str, Pair] = {
    "Gateway": Pair(EDGE, SERVICE),
    "GatewayPort8080": Pair(EDGE.replace("port: 80", "port: 8080"), EDGE),
    "GatewayStaticAddresses": Pair(
        gateway("addresses: [{value: 192.0.2.1}], "), gateway("addresses: [{}], ")
    ),
    "GatewayAddressEmpty": Pair(gateway("addresses: [{}], "), gateway("addresses: [{value: 192.0.2.1}], ")),
    "GatewayHTTPListenerIsolation": Pair(
        gateway(listeners=f"{HTTP}, {{name: b, port: 80, protocol: HTTP, hostname: b.test}}"),
        gateway(listeners=f"{HTTP}, {{name: b, port: 81, protocol: HTTP, hostname: b.test}}"),
    ),
    "GatewayHTTPSListenerDetectMisdirectedRequests": Pair(
        gateway(
            listeners=", ".join(HTTPS.replace("NAME", name).replace("HOST", f"{name}.test") for name in "ab")
        ),
        gateway(listeners=HTTPS.replace("NAME", "a").replace("HOST", "a.test")),
    ),
    "GatewayInfrastructurePropagation": Pair(
        gateway("infrastructure: {labels: {team: web}}, "), gateway("infrastructure: {labels: {}}, ")
    ),
    "GatewayBackendClientCertificate": Pair(
        gateway("tls: {backend: {clientCertificateRef: {name: cert}}}, "), gateway("tls: {backend: {}}, ")
    ),
    "GatewayFrontendClientCertificateValidation": Pair(
        gateway(f"tls: {{frontend: {{default: {{validation: {{{CLIENTS}}}}}}}}}, "),
        gateway("tls: {frontend: {default: {}}}, "),
    ),
    "GatewayFrontendClientCertificateValidationInsecureFallback": Pair(
        gateway(
            "tls: {frontend: {default: {}, perPort: [{port: 443, tls: {validation:"
            f" {{{CLIENTS}, mode: AllowInsecureFallback}}}}}}]}}}}, "
        ),
        gateway(f"tls: {{frontend: {{default: {{validation: {{{CLIENTS}, mode: AllowValidOnly}}}}}}}}, "),
    ),
    "ListenerSet": Pair(SET, gateway("allowedListeners: {namespaces: {from: None}}, ")),
    "ReferenceGrant": Pair(
        """
apiVersion: gateway.networking.k8s.io/v1beta1
kind: ReferenceGrant
metadata: {name: grant}
spec:
  from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: shop}]
  to: [{group: "", kind: Service}]
""",
        PLAIN.replace("{name: web, port: 80}", "{name: web, namespace: default, port: 80}"),
    ),
    "HTTPRoute": Pair(PLAIN, EDGE),
    "HTTPRouteDestinationPortMatching": Pair(route(BACKEND, parent="{name: edge, port: 80}"), PLAIN),
    "HTTPRouteParentRefPort": Pair(
        route(BACKEND, parent="{name: edge, port: 80}"),
        route(BACKEND, parent='{group: "", kind: Service, name: web, port: 80}'),
    ),
    "HTTPRouteBackendRequestHeaderModification": Pair(behind(MODIFY), filtered(MODIFY)),
    "HTTPRouteBackendURLRewrite": Pair(behind(rewrite(FULL_PATH)), filtered(rewrite(FULL_PATH))),
    "HTTPRouteBackendRequestRedirect": Pair(
        behind(redirect("hostname: b.test")), filtered(redirect("hostname: b.test"), "")
    ),
    "HTTPRouteQueryParamMatching": Pair(
        route(f"matches: [{{queryParams: [{{name: a, value: b}}]}}], {BACKEND}"),
        route(f"matches: [{{headers: [{{name: a, value: b}}]}}], {BACKEND}"),
    ),
    "HTTPRouteMethodMatching": Pair(
        route(f"matches: [{{method: GET}}], {BACKEND}"),
        route(f"matches: [{{path: {{value: /GET}}}}], {BACKEND}"),
    ),
    "HTTPRouteResponseHeaderModification": Pair(filtered(SET_HEADER), filtered(MODIFY)),
    "HTTPRoutePortRedirect": Pair(
        filtered(redirect("port: 8443"), ""), filtered(redirect("hostname: b.test"), "")
    ),
    "HTTPRouteSchemeRedirect": Pair(
        filtered(redirect("scheme: https"), ""), filtered(redirect("hostname: b.test"), "")
    ),
    "HTTPRoutePathRedirect": Pair(
        filtered(redirect(FULL_PATH), ""), filtered(redirect("hostname: b.test"), "")
    ),
    **{
        f"HTTPRoute{code}RedirectStatusCode": Pair(
            filtered(redirect(f"hostname: b.test, statusCode: {code}"), ""),
            filtered(redirect("hostname: b.test, statusCode: 301"), ""),
        )
        for code in (303, 307, 308)
    },
    "HTTPRouteHostRewrite": Pair(filtered(rewrite("hostname: b.test")), filtered(rewrite(FULL_PATH))),
    "HTTPRoutePathRewrite": Pair(filtered(rewrite(FULL_PATH)), filtered(rewrite("hostname: b.test"))),
    "HTTPRouteRequestMirror": Pair(filtered(mirror()), filtered(MODIFY)),
    "HTTPRouteRequestMultipleMirrors": Pair(filtered(f"{mirror()}, {mirror()}"), filtered(mirror())),
    "HTTPRouteRequestPercentageMirror": Pair(filtered(mirror(", percent: 0")), filtered(mirror())),
    "HTTPRouteRequestTimeout": Pair(
        route(f"timeouts: {{request: 1s}}, {BACKEND}"), route(f"timeouts: {{backendRequest: 1s}}, {BACKEND}")
    ),
    "HTTPRouteBackendTimeout": Pair(
        route(f"timeouts: {{backendRequest: 1s}}, {BACKEND}"), route(f"timeouts: {{request: 1s}}, {BACKEND}")
    ),
    "HTTPRouteBackendProtocolH2C": Pair(speaking("kubernetes.io/h2c"), speaking("kubernetes.io/ws")),
    "HTTPRouteBackendProtocolWebSocket": Pair(speaking("kubernetes.io/ws"), speaking("http")),
    "HTTPRouteNamedRouteRule": Pair(route(f"name: main, {BACKEND}"), PLAIN),
    "HTTPRouteCORS": Pair(filtered("{type: CORS, cors: {allowOrigins: ['*']}}"), PLAIN),
    "HTTPRouteRetry": Pair(route(f"retry: {{}}, {BACKEND}"), PLAIN),
    "HTTPRouteRetryBackendTimeout": Pair(
        route(f"retry: {{}}, timeouts: {{backendRequest: 1s}}, {BACKEND}"),
        route(f"retry: {{}}, timeouts: {{request: 1s}}, {BACKEND}"),
    ),
    "HTTPRouteRetryConnectionError": Pair(route(f"retry: {{}}, {BACKEND}"), PLAIN),
    "GRPCRoute": Pair(route(BACKEND, "GRPCRoute"), PLAIN),
    "GRPCRouteNamedRouteRule": Pair(
        route(f"name: main, {BACKEND}", "GRPCRoute"), route(f"name: main, {BACKEND}")
    ),
    "GRPCRouteRequestHeaderModifier": Pair(
        route(f"filters: [{MODIFY}], {BACKEND}", "GRPCRoute"),
        route(f"filters: [{SET_HEADER}], {BACKEND}", "GRPCRoute"),
    ),
    "TLSRoute": Pair(stream("TLSRoute", "TLS"), gateway(listeners=PASSTHROUGH)),
    "TLSRouteModeTerminate": Pair(gateway(listeners=TERMINATE), gateway(listeners=PASSTHROUGH)),
    "TLSRouteModeMixed": Pair(
        gateway(listeners=f"{TERMINATE}, {PASSTHROUGH}"),
        gateway(listeners=f"{TERMINATE}, {PASSTHROUGH.replace('443', '444')}"),
    ),
    "TCPRoute": Pair(stream("TCPRoute", "TCP"), gateway(listeners=STREAM.replace("PROTOCOL", "TCP"))),
    "UDPRoute": Pair(stream("UDPRoute", "UDP"), gateway(listeners=STREAM.replace("PROTOCOL", "UDP"))),
    "BackendTLSPolicy": Pair(documents(PLAIN, POLICY.replace("EXTRA", "")), PLAIN),
    "BackendTLSPolicySANValidation": Pair(
        documents(
            PLAIN, POLICY.replace("EXTRA", ", subjectAltNames: [{type: Hostname, hostname: other.test}]")
        ),
        documents(PLAIN, POLICY.replace("EXTRA", "")),
    ),
    "Mesh": Pair(MESH, PLAIN),
    "MeshClusterIPMatching": Pair(MESH, PLAIN),
    "MeshConsumerRoute": Pair(
        route(BACKEND, parent='{group: "", kind: Service, name: web, namespace: shop}'), MESH
    ),
    "MeshHTTPRouteRewritePath": Pair(
        in_mesh(f"filters: [{rewrite(FULL_PATH)}], {BACKEND}"), filtered(rewrite(FULL_PATH))
    ),
    "MeshHTTPRouteSchemeRedirect": Pair(
        in_mesh(f"filters: [{redirect('scheme: https')}]"), filtered(redirect("scheme: https"), "")
    ),
    "MeshHTTPRouteRedirectPort": Pair(
        in_mesh(f"filters: [{redirect('port: 8443')}]"), filtered(redirect("port: 8443"), "")
    ),
    "MeshHTTPRouteRedirectPath": Pair(
        in_mesh(f"filters: [{redirect(FULL_PATH)}]"), filtered(redirect(FULL_PATH), "")
    ),
    "MeshHTTPRouteBackendRequestHeaderModification": Pair(
        in_mesh(f"backendRefs: [{{name: web, port: 80, filters: [{MODIFY}]}}]"), behind(MODIFY)
    ),
    "MeshHTTPRouteQueryParamMatching": Pair(
        in_mesh(f"matches: [{{queryParams: [{{name: a, value: b}}]}}], {BACKEND}"),
        in_mesh(f"matches: [{{headers: [{{name: a, value: b}}]}}], {BACKEND}"),
    ),
    "MeshHTTPRouteNamedRouteRule": Pair(in_mesh(f"name: main, {BACKEND}"), MESH),
}
"""By feature."""


def simulated(manifests: str, implementation: Implementation = SPEC) -> Simulation:
    """Load manifests, of which all are valid."""
    loaded = load_files(["-"], stdin=BytesIO(manifests.encode()), implementation=implementation, lenient=True)
    assert loaded.findings == (), loaded.findings
    return loaded.simulation
