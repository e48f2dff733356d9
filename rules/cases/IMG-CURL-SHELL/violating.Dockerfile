FROM debian:12
RUN curl -fsSL https://get.example.org/install.sh | bash -s -- --yes
USER 10001
