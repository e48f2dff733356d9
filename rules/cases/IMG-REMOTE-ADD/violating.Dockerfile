FROM debian:12
ADD https://downloads.example.org/tool.tar.gz /opt/
USER 10001
