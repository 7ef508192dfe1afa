# The image of everything that runs in a cluster: controllers, gateways, workers and what fetches weights.
#   docker build -t registry.example/gleaner .
# It holds one program, which brings Swift's own libraries along, and the system's libraries that the program names.
FROM swift:6.3-bookworm AS build
WORKDIR /src
COPY Scripts/setup Scripts/
RUN Scripts/setup build
COPY . .
RUN swift build -c release --static-swift-stdlib --product gleaner
RUN Scripts/image-root .build/release/gleaner /image

FROM scratch
LABEL org.opencontainers.image.title="gleaner" \
    org.opencontainers.image.description="Turns idle accelerators into paid LLM inference" \
    org.opencontainers.image.version="0.1.0"
COPY --from=build /image/ /
COPY --from=build --chown=65532:65532 /image/var/lib/gleaner/ /var/lib/gleaner/
ENV PATH=/usr/bin HOME=/tmp GLEANER_HOME=/var/lib/gleaner
USER 65532:65532
ENTRYPOINT ["gleaner"]
