# Titer with ONNX Runtime, for linux/amd64: nothing is installed or downloaded when it runs.
#
#   docker build -t titer .
#   docker run --rm --user "$(id -u):$(id -g)" -v "$PWD:/work" titer run quickstart

# The oldest Rust that Cargo.toml promises.
FROM rust:1.92-bookworm AS build
WORKDIR /titer
COPY . .
RUN cargo build --release --locked --package titer \
    && strip target/release/titer \
    && scripts/third-party > THIRD-PARTY-LICENCES.txt

# Titer finds the pinned ONNX Runtime through pip and checks its digest.
FROM python:3.12-slim-bookworm AS runtime
COPY --from=build /titer/target/release/titer /usr/local/bin/titer
RUN TITER_CACHE=/cache titer runtime install \
    && mv /cache/runtime/onnxruntime-* /opt/onnxruntime \
    && ln -s libonnxruntime.so.* /opt/onnxruntime/libonnxruntime.so

FROM debian:bookworm-slim
# For models on servers, and for fetching data.
COPY --from=runtime /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
# With its licence and notices.
COPY --from=runtime /opt/onnxruntime /opt/onnxruntime
COPY --from=build /titer/target/release/titer /usr/local/bin/titer
COPY --from=build /titer/LICENSE-APACHE /titer/LICENSE-MIT /titer/NOTICE /titer/THIRD-PARTY-LICENCES.txt /usr/share/doc/titer/
COPY --from=build /titer/datasets/licences /usr/share/doc/titer/datasets
# A cache that any user may write, so that `--user` works.
ENV ORT_DYLIB_PATH=/opt/onnxruntime/libonnxruntime.so TITER_CACHE=/tmp/titer
RUN useradd --uid 10001 --create-home titer && mkdir /work && chown titer:titer /work
USER 10001
WORKDIR /work
ENTRYPOINT ["titer"]
CMD ["--help"]
