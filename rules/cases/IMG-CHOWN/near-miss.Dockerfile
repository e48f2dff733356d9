FROM debian:12
COPY --chown=root:root app /srv/app
USER app
