FROM debian:12
COPY tool /usr/bin/tool
RUN chmod u+s /usr/bin/tool
USER 10001
