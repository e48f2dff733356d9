FROM debian:12
COPY install.sh /tmp/
RUN sh /tmp/install.sh
USER 10001
