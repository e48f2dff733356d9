FROM debian:12
RUN chmod 1777 /tmp && echo chmod 777 /srv
USER 10001
