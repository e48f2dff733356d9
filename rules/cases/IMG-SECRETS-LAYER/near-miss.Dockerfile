FROM debian:12
ENV DB_PASSWORD_FILE=/run/secrets/db-password
RUN --mount=type=secret,id=token cat /run/secrets/token > /dev/null
USER 10001
