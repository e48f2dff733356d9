# syntax=docker/dockerfile:1
# escape=`
ARG V=1
FROM --platform=$BUILDPLATFORM a:${V:-2} AS b
RUN x `
# c

 y
FROM b
USER ${U:+root}
