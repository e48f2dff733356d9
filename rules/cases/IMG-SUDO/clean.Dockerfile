FROM debian:12
RUN apt-get update
USER 10001
