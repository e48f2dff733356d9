FROM debian:12
COPY --chmod=0755 app /srv/app
USER 10001
