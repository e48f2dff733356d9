FROM debian:12
RUN mkdir /srv/data \
    && chmod -R a+rwX /srv/data
USER 10001
