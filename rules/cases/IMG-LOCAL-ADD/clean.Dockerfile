FROM debian:12
COPY app.py /srv/app.py
USER 10001
