FROM debian:12
RUN apt-get remove -y docker.io && echo docker
USER 10001
