FROM debian:12
COPY --chown=root:root app /srv/app
COPY --chown=10002 static /srv/static
USER 10001
