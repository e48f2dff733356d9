FROM debian:12
COPY --chown=app:app app /srv/app
USER app
