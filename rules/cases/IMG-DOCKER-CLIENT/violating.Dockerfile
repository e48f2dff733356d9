FROM alpine:3.20
RUN apk add --no-cache docker-cli
USER 10001
