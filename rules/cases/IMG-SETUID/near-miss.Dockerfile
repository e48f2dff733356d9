FROM debian:12
RUN chmod g+s /srv/shared && chmod 2775 /srv/shared
USER 10001
