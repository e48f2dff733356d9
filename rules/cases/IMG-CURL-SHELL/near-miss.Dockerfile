FROM debian:12
RUN curl -fsSL https://get.example.org/tool.tar.gz | tar -xz -C /opt
USER 10001
