FROM debian:12
RUN echo "app ALL=(ALL) PASSWD:ALL" > /etc/sudoers.d/app
USER 10001
