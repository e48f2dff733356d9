FROM debian:12 AS build
USER 10001
FROM build
CMD ["true"]
