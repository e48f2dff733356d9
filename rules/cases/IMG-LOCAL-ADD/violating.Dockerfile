FROM debian:12
ADD app.py /srv/app.py
USER 10001
