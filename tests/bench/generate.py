#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes synthetic Kubernetes manifests for benchmarks, the same for the same arguments.

  generate.py deployments --count 12794   one stream of Deployments, about 1.6 KB each
  generate.py cluster --pods 25000        pods with accounts, roles, bindings, policies, volumes

Most workloads are ordinary; every 50th holds something it should not, so that a scan has ways out
to find and a cut to compute.
"""
import argparse
import random
import sys

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {name}
  namespace: {namespace}
  labels:
    app.kubernetes.io/name: {name}
    app.kubernetes.io/part-of: team-{team}
    app.kubernetes.io/managed-by: generator
  annotations:
    example.org/owner: team-{team}@example.org
spec:
  replicas: {replicas}
  revisionHistoryLimit: 3
  selector:
    matchLabels:
      app.kubernetes.io/name: {name}
  template:
    metadata:
      labels:
        app.kubernetes.io/name: {name}
        app.kubernetes.io/part-of: team-{team}
    spec:
      serviceAccountName: {account}{pod}
      containers:
        - name: main
          image: images.example.org/team-{team}/{name}:{version}
          imagePullPolicy: IfNotPresent
          ports:
            - name: http
              containerPort: {port}
          env:
            - name: LOG_LEVEL
              value: info
            - name: HTTP_PORT
              value: "{port}"
            - name: UPSTREAM
              value: http://backend-{team}.{namespace}.svc.cluster.local:8080
          resources:
            requests:
              cpu: 100m
              memory: 128Mi
            limits:
              cpu: 500m
              memory: 512Mi
          livenessProbe:
            httpGet:
              path: /healthz
              port: http
            initialDelaySeconds: 10
          readinessProbe:
            httpGet:
              path: /ready
              port: http{security}
          volumeMounts:
            - name: cache
              mountPath: /var/cache/app{mounts}
      volumes:
        - name: cache
          emptyDir:
            sizeLimit: 128Mi{volumes}
"""

SAFE = """
          securityContext:
            runAsNonRoot: true
            runAsUser: 10001
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities:
              drop: ["ALL"]"""
PRIVILEGED = """
          securityContext:
            privileged: true"""
SYS_ADMIN = """
          securityContext:
            runAsUser: 0
            capabilities:
              add: ["SYS_ADMIN", "CAP_SYS_PTRACE"]"""


def host_path(path, read_only):
    mounts = f"\n            - name: host\n              mountPath: /host{path}"
    if read_only:
        mounts += "\n              readOnly: true"
    return mounts, f"\n        - name: host\n          hostPath:\n            path: {path}"


def deployment(number, rng, accounts_per_namespace):
    team = number % 97
    values = {
        "name": f"service-{number:05d}",
        "namespace": f"ns-{number % 211:03d}",
        "team": f"{team:02d}",
        "replicas": 1 + number % 4,
        "account": f"account-{rng.randrange(accounts_per_namespace)}",
        "version": f"{1 + number % 7}.{number % 13}.{number % 5}",
        "port": 8000 + number % 100,
        "pod": "",
        "security": SAFE if number % 3 else "",
        "mounts": "",
        "volumes": "",
    }
    if number % 50 == 7:
        kind = number // 50 % 6
        if kind == 0:
            values["security"] = PRIVILEGED
        elif kind == 1:
            values["mounts"], values["volumes"] = host_path("/var/run/docker.sock", True)
        elif kind == 2:
            values["mounts"], values["volumes"] = host_path("/etc/cron.d", False)
        elif kind == 3:
            values["security"] = SYS_ADMIN
            values["pod"] = "\n      hostPID: true"
        elif kind == 4:
            values["mounts"], values["volumes"] = host_path("/var/lib/kubelet", True)
        else:
            values["pod"] = "\n      hostNetwork: true"
    return DEPLOYMENT.format(**values)


NAMESPACE = """\
apiVersion: v1
kind: Namespace
metadata:
  name: ns-{number:03d}
  labels:
    pod-security.kubernetes.io/enforce: {level}
"""
ACCOUNT = """\
apiVersion: v1
kind: ServiceAccount
metadata:
  name: account-{account}
  namespace: ns-{number:03d}
"""
ROLE = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: role-{role}
  namespace: ns-{number:03d}
rules:
  - apiGroups: [""]
    resources: {resources}
    verbs: {verbs}
"""
BINDING = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: binding-{role}
  namespace: ns-{number:03d}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: role-{role}
subjects:
  - kind: ServiceAccount
    name: account-{role}
    namespace: ns-{number:03d}
"""
POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: team-{team:02d}
  namespace: ns-{number:03d}
spec:
  podSelector:
    matchLabels:
      app.kubernetes.io/part-of: team-{team:02d}
  policyTypes: [Ingress, Egress]
  ingress:
    - from:
        - podSelector: {{}}
  egress:
    - to:
        - ipBlock:
            cidr: 10.0.0.0/8
"""
GRANTS = [
    ('["configmaps"]', '["get", "list", "watch"]'),
    ('["pods", "pods/log"]', '["get", "list"]'),
    ('["endpoints"]', '["get"]'),
    ('["secrets"]', '["get", "list"]'),
    ('["pods/exec"]', '["create"]'),
    ('["pods"]', '["create", "delete"]'),
]


def write(documents):
    out = sys.stdout
    for number, document in enumerate(documents):
        if number:
            out.write("---\n")
        out.write(document)


def cluster(pods, rng):
    accounts = 6
    for number in range(211):
        level = ("restricted", "baseline", "privileged")[number % 3]
        yield NAMESPACE.format(number=number, level=level)
        for account in range(accounts):
            yield ACCOUNT.format(number=number, account=account)
            resources, verbs = GRANTS[account if number % 20 == 0 else account % 3]
            yield ROLE.format(number=number, role=account, resources=resources, verbs=verbs)
            yield BINDING.format(number=number, role=account)
        for team in range(number % 5):
            yield POLICY.format(number=number, team=(number + 211 * team) % 97)
    for number in range(pods):
        yield deployment(number, rng, accounts)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    kinds = parser.add_subparsers(dest="kind", required=True)
    kinds.add_parser("deployments").add_argument("--count", type=int, default=12794)
    kinds.add_parser("cluster").add_argument("--pods", type=int, default=25000)
    arguments = parser.parse_args()
    rng = random.Random(1)
    if arguments.kind == "deployments":
        write(deployment(number, rng, 6) for number in range(arguments.count))
    else:
        write(cluster(arguments.pods, rng))


if __name__ == "__main__":
    main()
