FROM debian:12
COPY --chmod=777 run.sh /srv/run.sh
USER 10001
