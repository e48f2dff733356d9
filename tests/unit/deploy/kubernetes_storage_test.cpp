// SPDX-License-Identifier: Apache-2.0
#include "kubernetes_support.hpp"

namespace wayout::deploy {
namespace {

class KubernetesStorage : public testing::TestWithParam<KubernetesCase> {};

TEST_P(KubernetesStorage, Facts) {
  EXPECT_THAT(kubernetes_facts(GetParam().text, GetParam().relations),
              testing::ElementsAreArray(GetParam().facts));
}

const KubernetesCase kCases[] = {
    {"host_paths_are_cleaned_and_keep_their_mode",
     R"(apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  volumes:
    - name: run
      hostPath:
        path: /var/run/
    - name: log
      hostPath: {path: /var/log}
  initContainers:
    - name: i
      volumeMounts:
        - {name: run, mountPath: /host/run, readOnly: true}
  containers:
    - name: c
      volumeMounts:
        - name: log
          mountPath: /log/
          subPathExpr: $(POD_NAME)
          mountPropagation: Bidirectional
        - {name: log, mountPath: /a, subPath: pods}
        - {name: none, mountPath: /x}
)",
     {"mounts", "mount_mode", "mount_via", "sub_path", "mount_propagation"},
     {"mount_mode(k8s:default/Pod/p/i, /host/run, ro) declared 14",
      "mounts(k8s:default/Pod/p/i, /host/run, /run) declared 8",
      "mount_via(k8s:default/Pod/p/i, /host/run, hostPath) declared 8",
      "mount_mode(k8s:default/Pod/p/c, /log, rw) default 19",
      "mount_propagation(k8s:default/Pod/p/c, /log, shared) declared 21",
      "sub_path(k8s:default/Pod/p/c, /log) declared 20",
      "mounts(k8s:default/Pod/p/c, /log, /var/log/$(POD_NAME)) declared 10",
      "mount_via(k8s:default/Pod/p/c, /log, hostPath) declared 10",
      "mount_mode(k8s:default/Pod/p/c, /a, rw) default 22",
      "sub_path(k8s:default/Pod/p/c, /a) declared 22",
      "mounts(k8s:default/Pod/p/c, /a, /var/log/pods) declared 10",
      "mount_via(k8s:default/Pod/p/c, /a, hostPath) declared 10"}},
    {"claims_lead_to_host_paths",
     R"(apiVersion: v1
kind: PersistentVolume
metadata: {name: by-name}
spec: {hostPath: {path: /etc}}
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: by-reference}
spec:
  claimRef: {namespace: n, name: two}
  local: {path: /dev/sdb}
  volumeMode: Block
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: big}
spec:
  storageClassName: manual
  capacity: {storage: 20Gi}
  accessModes: [ReadWriteOnce]
  hostPath: {path: /big}
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: small}
spec:
  storageClassName: manual
  capacity: {storage: 10Gi}
  accessModes: [ReadWriteOnce]
  hostPath: {path: /small}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: one, namespace: n}
spec: {volumeName: by-name}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: three, namespace: n}
spec:
  storageClassName: manual
  accessModes: [ReadWriteOnce]
  resources: {requests: {storage: 5Gi}}
---
apiVersion: v1
kind: Pod
metadata: {name: p, namespace: n}
spec:
  volumes:
    - {name: a, persistentVolumeClaim: {claimName: one}}
    - {name: b, persistentVolumeClaim: {claimName: two}}
    - {name: c, persistentVolumeClaim: {claimName: three, readOnly: true}}
    - {name: d, persistentVolumeClaim: {claimName: unknown}}
  containers:
    - name: c
      volumeMounts:
        - {name: a, mountPath: /a}
        - {name: c, mountPath: /c}
        - {name: d, mountPath: /d}
      volumeDevices:
        - {name: b, devicePath: /dev/x}
)",
     {"mounts", "mount_via", "device", "mount_mode", "mounts_volume"},
     {"mount_mode(k8s:n/Pod/p/c, /a, rw) default 57",
      "mounts_volume(k8s:n/Pod/p/c, /a, k8s:n/PersistentVolumeClaim/one) declared 50",
      "mount_mode(k8s:n/Pod/p/c, /c, ro) declared 52",
      "mounts_volume(k8s:n/Pod/p/c, /c, k8s:n/PersistentVolumeClaim/three) declared 52",
      "mount_mode(k8s:n/Pod/p/c, /d, rw) default 59",
      "mounts_volume(k8s:n/Pod/p/c, /d, k8s:n/PersistentVolumeClaim/unknown) declared 53",
      "mounts_volume(k8s:n/Pod/p/c, /dev/x, k8s:n/PersistentVolumeClaim/two) declared 51",
      "mounts(k8s:n/Pod/p/c, /a, /etc) declared 4",
      "mount_via(k8s:n/Pod/p/c, /a, persistentVolume) declared 4",
      "mounts(k8s:n/Pod/p/c, /c, /small) assumed 30",
      "mount_via(k8s:n/Pod/p/c, /c, persistentVolume) assumed 30",
      "device(k8s:n/Pod/p/c, /dev/sdb, rwm) declared 11"}},
    {"claim_templates_of_a_stateful_set",
     R"(apiVersion: v1
kind: PersistentVolume
metadata: {name: v}
spec: {storageClassName: local, capacity: {storage: 1Ti}, local: {path: /data/}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: s}
spec:
  template:
    spec:
      containers:
        - name: c
          volumeMounts: [{name: data, mountPath: /d}]
  volumeClaimTemplates:
    - metadata: {name: data}
      spec: {storageClassName: local, resources: {requests: {storage: 1Gi}}}
)",
     {"mounts", "mount_via"},
     {"mounts(k8s:default/StatefulSet/s/c, /d, /data) assumed 4",
      "mount_via(k8s:default/StatefulSet/s/c, /d, local) assumed 4"}},
    {"other_volumes",
     R"(apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  volumes:
    - {name: e, emptyDir: {}}
    - {name: g, gitRepo: {repository: x}}
    - {name: s, secret: {secretName: keys, defaultMode: 0400}}
    - {name: t, secret: {secretName: open}}
    - name: j
      projected:
        sources:
          - serviceAccountToken: {path: token}
          - secret: {name: more}
    - {name: v, projected: {sources: [{serviceAccountToken: {path: t, audience: vault}}]}}
  automountServiceAccountToken: false
  containers:
    - name: c
      volumeMounts:
        - {name: e, mountPath: /e}
        - {name: g, mountPath: /g}
        - {name: s, mountPath: /s}
        - {name: t, mountPath: /t}
        - {name: j, mountPath: /j}
    - name: d
      volumeMounts: [{name: v, mountPath: /v}]
)",
     {"mounts_volume", "volume_kind", "mounts_secret", "file_mode", "token_mounted"},
     {"mounts_volume(k8s:default/Pod/p/c, /e, k8s:default/Pod/p/volume/e) declared 6",
      "volume_kind(k8s:default/Pod/p/volume/e, emptyDir) declared 6",
      "mounts_volume(k8s:default/Pod/p/c, /g, k8s:default/Pod/p/volume/g) declared 7",
      "volume_kind(k8s:default/Pod/p/volume/g, gitRepo) declared 7",
      "mounts_secret(k8s:default/Pod/p/c, /s, k8s:default/Secret/keys) declared 8",
      "file_mode(k8s:default/Pod/p/c, /s, 0400) declared 8",
      "mounts_secret(k8s:default/Pod/p/c, /t, k8s:default/Secret/open) declared 9",
      "file_mode(k8s:default/Pod/p/c, /t, 0644) default 23",
      "token_mounted(k8s:default/Pod/p/c, k8s:default/ServiceAccount/default) declared 13",
      "mounts_secret(k8s:default/Pod/p/c, /j, k8s:default/Secret/more) declared 14",
      "file_mode(k8s:default/Pod/p/c, /j, 0644) default 24",
      "mounts_volume(k8s:default/Pod/p/c, /j, k8s:default/Pod/p/volume/j) declared 11",
      "volume_kind(k8s:default/Pod/p/volume/j, projected) declared 11",
      "mounts_volume(k8s:default/Pod/p/d, /v, k8s:default/Pod/p/volume/v) declared 15",
      "volume_kind(k8s:default/Pod/p/volume/v, projected) declared 15"}},
    {"environment",
     R"(apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  containers:
    - name: c
      env:
        - {name: DB_PASSWORD, value: hunter2-long}
        - {name: LOG_LEVEL, value: info}
        - {name: KEY, valueFrom: {secretKeyRef: {name: s, key: k}}}
        - {name: DOCKER_HOST, value: "tcp://$(HOST_IP):2375"}
      envFrom:
        - secretRef: {name: all}
    - name: d
      env: [{name: DOCKER_HOST, value: "tcp://localhost:2375"}]
)",
     {"env_credential", "held_in"},
     {"env_credential(k8s:default/Pod/p/c, DB_PASSWORD, literal) declared 8",
      "held_in(env:k8s:default/Pod/p/c:DB_PASSWORD, env:k8s:default/Pod/p/c:DB_PASSWORD) declared "
      "8",
      "env_credential(k8s:default/Pod/p/c, KEY, secretRef) declared 10",
      "env_credential(k8s:default/Pod/p/c, *, secretRef) declared 13"}},
};

INSTANTIATE_TEST_SUITE_P(Table, KubernetesStorage, testing::ValuesIn(kCases), case_name);

}  // namespace
}  // namespace wayout::deploy
