FROM debian:12
RUN echo "no sudoers here" > /etc/motd
USER 10001
