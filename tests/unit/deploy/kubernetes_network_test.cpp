// SPDX-License-Identifier: Apache-2.0
#include "kubernetes_support.hpp"

namespace wayout::deploy {
namespace {

class KubernetesNetwork : public testing::TestWithParam<KubernetesCase> {};

TEST_P(KubernetesNetwork, Facts) {
  EXPECT_THAT(kubernetes_facts(GetParam().text, GetParam().relations),
              testing::ElementsAreArray(GetParam().facts));
}

#define POD(NAME, LABELS)                                                  \
  "apiVersion: v1\nkind: Pod\nmetadata: {name: " NAME ", labels: {" LABELS \
  "}}\n"                                                                   \
  "spec: {containers: [{name: c}]}\n---\n"

const KubernetesCase kCases[] = {
    {"silence_reaches_everything",
     POD("p", "a: b"),
     {"reaches", "egress_open", "same_segment"},
     {"egress_open(k8s:default/Pod/p) default 3",
      "reaches(k8s:default/Pod/p/c, metadata) assumed 3",
      "reaches(k8s:default/Pod/p/c, kubelet) default 3",
      "reaches(k8s:default/Pod/p/c, kubelet-readonly) default 3",
      "reaches(k8s:default/Pod/p/c, etcd) default 3",
      "reaches(k8s:default/Pod/p/c, api-server) default 3",
      "reaches(k8s:default/Pod/p/c, internet) default 3",
      "same_segment(k8s:default/Pod/p/c) assumed 3"}},
    {"default_policy_types",
     POD("p", "a: b") POD("q", "a: c") R"(apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: in}
spec:
  podSelector: {matchLabels: {a: b}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: none}
spec:
  podSelector: {matchLabels: {a: x}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: elsewhere, namespace: other}
spec:
  podSelector: {}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: out}
spec:
  podSelector: {matchExpressions: [{key: a, operator: NotIn, values: [b]}]}
  egress: [{to: [{namespaceSelector: {}}]}]
)",
     {"policy_selects", "policy_without_pods", "egress_open"},
     {"policy_selects(k8s:default/Pod/p, ingress, k8s:default/NetworkPolicy/in) declared 15",
      "policy_without_pods(k8s:default/NetworkPolicy/none) declared 21",
      "policy_without_pods(k8s:other/NetworkPolicy/elsewhere) declared 27",
      "policy_selects(k8s:default/Pod/q, ingress, k8s:default/NetworkPolicy/out) declared 33",
      "policy_selects(k8s:default/Pod/q, egress, k8s:default/NetworkPolicy/out) declared 33",
      "egress_open(k8s:default/Pod/p) default 3"}},
    {"blocks_exceptions_and_ports",
     POD("meta", "p: meta") POD("web", "p: web") POD("nodes", "p: nodes")
         R"(apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: meta}
spec:
  podSelector: {matchLabels: {p: meta}}
  policyTypes: [Egress]
  egress:
    - to: [{ipBlock: {cidr: 0.0.0.0/0, except: [169.254.169.254/32]}}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web}
spec:
  podSelector: {matchLabels: {p: web}}
  policyTypes: [Egress]
  egress:
    - ports: [{port: 443}, {port: 53, protocol: UDP}]
    - to: [{ipBlock: {cidr: 169.254.0.0/16}}]
      ports: [{port: 1, endPort: 100}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: nodes}
spec:
  podSelector: {matchLabels: {p: nodes}}
  policyTypes: [Egress]
  egress:
    - to: [{ipBlock: {cidr: 10.0.0.0/16}}, {ipBlock: {cidr: 10.1.0.1/32}}]
      ports: [{port: 10250}]
    - ports: [{port: 53}]
)",
     {"reaches", "egress_open"},
     {"egress_open(k8s:default/Pod/meta) declared 23",
      "reaches(k8s:default/Pod/meta/c, kubelet) declared 23",
      "reaches(k8s:default/Pod/meta/c, kubelet-readonly) declared 23",
      "reaches(k8s:default/Pod/meta/c, etcd) declared 23",
      "reaches(k8s:default/Pod/meta/c, api-server) declared 23",
      "reaches(k8s:default/Pod/meta/c, internet) declared 23",
      "egress_open(k8s:default/Pod/web) declared 32",
      "reaches(k8s:default/Pod/web/c, metadata) assumed 33",
      "reaches(k8s:default/Pod/web/c, api-server) declared 32",
      "reaches(k8s:default/Pod/web/c, internet) declared 32",
      "reaches(k8s:default/Pod/nodes/c, kubelet) assumed 43"}},
    {"the_nodes_network_escapes_policies",
     R"(apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  hostNetwork: true
  containers: [{name: c}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny}
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
)",
     {"egress_open", "same_segment", "policy_selects"},
     {"policy_selects(k8s:default/Pod/p, ingress, k8s:default/NetworkPolicy/deny) declared 12",
      "policy_selects(k8s:default/Pod/p, egress, k8s:default/NetworkPolicy/deny) declared 12",
      "egress_open(k8s:default/Pod/p) default 5"}},
    {"services_and_routes",
     POD("p", "a: b") R"(apiVersion: v1
kind: Service
metadata: {name: inside}
spec: {selector: {a: b}}
---
apiVersion: v1
kind: Service
metadata: {name: lb}
spec:
  type: LoadBalancer
  selector: {a: b}
---
apiVersion: v1
kind: Service
metadata: {name: ilb, annotations: {networking.gke.io/load-balancer-type: Internal}}
spec:
  type: LoadBalancer
  selector: {a: b}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: i}
spec:
  rules:
    - http: {paths: [{backend: {service: {name: inside}}}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: h}
spec:
  parentRefs: [{name: gw}]
  rules: [{backendRefs: [{name: inside}]}]
)",
     {"service_type", "exposed_by"},
     {"service_type(k8s:default/Service/inside, ClusterIP) declared 8",
      "service_type(k8s:default/Service/lb, LoadBalancer) declared 15",
      "service_type(k8s:default/Service/ilb, InternalLoadBalancer) declared 22",
      "exposed_by(k8s:default/Pod/p, Ingress, k8s:default/Ingress/i) declared 30",
      "exposed_by(k8s:default/Pod/p, Gateway, k8s:default/HTTPRoute/h) declared 37",
      "exposed_by(k8s:default/Pod/p, LoadBalancer, k8s:default/Service/lb) declared 15"}},
};

INSTANTIATE_TEST_SUITE_P(Table, KubernetesNetwork, testing::ValuesIn(kCases), case_name);

}  // namespace
}  // namespace wayout::deploy
