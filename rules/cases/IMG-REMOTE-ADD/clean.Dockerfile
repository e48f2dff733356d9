FROM debian:12
COPY tool.tar.gz /opt/
USER 10001
