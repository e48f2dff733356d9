FROM debian:12
RUN groupadd docker && useradd -u 10001 -G audio app
USER 10001
