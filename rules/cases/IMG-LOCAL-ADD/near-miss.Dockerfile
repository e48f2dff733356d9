FROM debian:12
ADD rootfs.tar.xz /
USER 10001
