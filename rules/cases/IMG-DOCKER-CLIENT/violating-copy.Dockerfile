FROM alpine:3.20
COPY --from=docker:27-cli /usr/local/bin/docker /usr/local/bin/docker
USER 10001
