"""The rules about ListenerSets, policies, client certificates and meshes."""

from __future__ import annotations

from gwsim.trace import Clause, Support

MUST, SHOULD, EXTENDED = Support.MUST, Support.SHOULD, Support.EXTENDED
IMPLEMENTATION, UNSPECIFIED = Support.IMPLEMENTATION, Support.UNSPECIFIED

SET_PARENT = Clause(
    "listener-set.parent",
    "A ListenerSet names a Gateway that exists and is served; else no controller writes any status",
    EXTENDED,
    "ListenerSet.spec.parentRef",
    "Name a Gateway that exists, with its namespace when it is another one",
)
SET_ALLOWED = Clause(
    "listener-set.allowed",
    "The Gateway's allowedListeners take ListenerSets of this namespace; by default none",
    EXTENDED,
    "Gateway.spec.allowedListeners (GEP-1713)",
    "Set allowedListeners.namespaces.from on the Gateway to Same, All or Selector",
)
SET_GATEWAY_ACCEPTED = Clause(
    "listener-set.gateway",
    "The Gateway that a ListenerSet extends is accepted",
    EXTENDED,
    "ListenerSetConditionReason.ParentNotAccepted",
    "Mend the Gateway",
)
SET_LISTENERS = Clause(
    "listener-set.listeners",
    "A ListenerSet is accepted as long as one of its listeners is valid",
    EXTENDED,
    "ListenerSet.spec.listeners",
    "Mend one listener at least",
)
LISTENER_MODE = Clause(
    "listener.mode",
    "The implementation supports the TLS mode of the listener",
    EXTENDED,
    "Listener.tls.mode (TLSRouteModeTerminate)",
    "Use mode Passthrough, or an implementation that terminates TLS for TLSRoutes",
)

FRONTEND_CA = Clause(
    "frontend.ca",
    "Clients' certificates are checked against the CAs that can be used; without any no one is served",
    EXTENDED,
    "Gateway.spec.tls.frontend (GEP-91)",
)
CA_KIND = Clause(
    "ca.kind",
    "A reference to CA certificates names a ConfigMap of the core group",
    EXTENDED,
    "caCertificateRefs[].kind",
    "Put the CA's certificate into a ConfigMap, under ca.crt",
)
CA_GRANT = Clause(
    "ca.grant",
    "A reference to a ConfigMap of another namespace needs a ReferenceGrant there",
    EXTENDED,
    "ReferenceGrant.spec",
    "Create a ReferenceGrant in the namespace of the ConfigMap, from Gateway",
)
CA_USABLE = Clause(
    "ca.usable",
    "The ConfigMap exists and holds certificates in PEM under ca.crt",
    EXTENDED,
    "caCertificateRefs[].name",
    "Create the ConfigMap with the CA's certificate under ca.crt",
)
CLIENT_CERTIFICATE_REF = Clause(
    "gateway.client-certificate",
    "The Secret that the Gateway shows to backends exists and holds a certificate and its key",
    EXTENDED,
    "Gateway.spec.tls.backend.clientCertificateRef (GEP-3155)",
    "Create the Secret, or correct the reference",
)
CLIENT_CERTIFICATE_GRANT = Clause(
    "gateway.client-certificate.grant",
    "A client certificate in another namespace needs a ReferenceGrant there",
    EXTENDED,
    "ReferenceGrant.spec",
    "Create a ReferenceGrant in the namespace of the Secret, from Gateway",
)

POLICY_TARGET = Clause(
    "policy.target",
    "A policy targets an object of its own namespace that exists, or a port that it names",
    EXTENDED,
    "BackendTLSPolicy.spec.targetRefs",
    "Name a Service of the policy's namespace; sectionName is the name of a port",
)
POLICY_TARGET_PROTOCOL = Clause(
    "policy.target.protocol",
    "TLS is spoken over TCP: a policy cannot target a UDP port",
    EXTENDED,
    "BackendTLSPolicy.spec.targetRefs (GEP-1897)",
    "Target a TCP port",
)
POLICY_CONFLICT = Clause(
    "policy.conflict",
    "Of several policies for one target the older counts, then the first by namespace/name",
    EXTENDED,
    "BackendTLSPolicy.spec.targetRefs (GEP-713)",
    "Remove one of the policies, or give it a sectionName of its own",
)
POLICY_TRUST = Clause(
    "policy.trust",
    "A policy trusts certificates of CAs that can be used; where there are none its backends get no traffic",
    EXTENDED,
    "BackendTLSPolicy.spec.validation",
    "Give the policy one CA certificate that can be used",
)
POLICY_WELL_KNOWN = Clause(
    "policy.well-known",
    "wellKnownCACertificates names a set that the implementation has: System",
    IMPLEMENTATION,
    "BackendTLSPolicyValidation.wellKnownCACertificates",
    "Use System",
)
BACKEND_TLS = Clause(
    "backends.tls",
    "Where a BackendTLSPolicy cannot be met the request fails; it is never sent in plain text",
    EXTENDED,
    "BackendTLSPolicy.spec.validation",
    "Mend the policy",
)

COEXISTENCE = Clause(
    "attach.coexistence",
    "HTTPRoutes and GRPCRoutes of one listener have no hostname in common: else the younger is not accepted",
    MUST,
    "GRPCRoute.spec.hostnames",
    "Give the routes different hostnames, or attach them to different listeners",
)
MESH_PARENT = Clause(
    "mesh.parent",
    'A parentRef of group "" and kind Service binds a route to that Service\'s traffic in a mesh',
    EXTENDED,
    "ParentReference.kind (GEP-1324)",
    'Name a Service that exists, with group: ""',
)
MESH_PORT = Clause(
    "mesh.port",
    "port, and sectionName as the port's name, limit a mesh route to that port of the Service",
    EXTENDED,
    "ParentReference.port (GEP-1294)",
    "Name a port that the Service has",
)
MESH_KIND = Clause(
    "mesh.kind",
    "On one Service port only the first of GRPCRoutes, HTTPRoutes, TLSRoutes and TCPRoutes applies",
    EXTENDED,
    "GEP-1294",
    "Use one kind of route for the port",
)
