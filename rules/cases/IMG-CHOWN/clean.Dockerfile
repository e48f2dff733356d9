FROM debian:12
COPY app /srv/app
USER 10001
