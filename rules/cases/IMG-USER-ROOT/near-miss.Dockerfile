FROM debian:12
USER root
RUN true
USER 10001
