FROM debian:12
COPY --chmod=755 run.sh /srv/run.sh
USER 10001
