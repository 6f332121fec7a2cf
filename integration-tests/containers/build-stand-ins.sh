#!/usr/bin/env bash
# Builds stand-ins for the images that docker-compose.yml names, where no image can be pulled: a Java runtime, Kafka and
# a schema registry, from the JDK and the tools of this machine and from jars on Maven Central; Prometheus from Debian.
#   build-stand-ins.sh [java]   java: only the runtime; else the registry is taken from integration-tests/target
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
registry=$here/../target/registry
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

exists() { docker image inspect "$1" >/dev/null 2>&1; }

# The shared libraries of the system that a file loads.
libraries() {
  ldd "$1" 2>/dev/null | awk '$3 ~ "^/(usr/)?lib" {print $3} $1 ~ "^/lib.*ld-" {print $1}'
}

# Copies programs and the libraries that they load, under the paths that they have here.
copy() { # ROOT FILE...
  local root=$1 file library
  shift
  for file in "$@"; do
    mkdir -p "$root$(dirname "$file")"
    cp -L "$file" "$root$file"
    libraries "$file" | while read -r library; do
      mkdir -p "$root$(dirname "$library")"
      [ -e "$root$library" ] || cp -L "$library" "$root$library"
    done || true
  done
}

java_image() {
  local root=$work/java jdk library
  jdk=$(dirname "$(dirname "$(readlink -f "$(command -v javac)")")")
  mkdir -p "$root"/{tmp,etc,opt,usr/bin,var}
  chmod 1777 "$root/tmp"
  "$jdk/bin/jlink" --module-path "$jdk/jmods" --add-modules ALL-MODULE-PATH --strip-debug --no-header-files \
    --no-man-pages --output "$root/opt/java"
  find "$root/opt/java" -type f \( -name '*.so' -o -path '*/bin/*' \) | while read -r library; do
    libraries "$library"
  done | sort -u | while read -r library; do
    mkdir -p "$root$(dirname "$library")"
    cp -L "$library" "$root$library"
  done
  copy "$root" /bin/bash /bin/sh /bin/sleep /bin/cat /bin/ls /bin/mkdir /bin/rm /bin/cp /bin/mv /bin/chmod /bin/date \
    /bin/grep /bin/sed /usr/bin/tr /usr/bin/head /usr/bin/cut /usr/bin/env /usr/bin/dirname /usr/bin/basename \
    /usr/bin/timeout /usr/bin/id
  # What native libraries inside jars load.
  for library in libdl.so.2 libpthread.so.0 libm.so.6 librt.so.1 libstdc++.so.6 libgcc_s.so.1 libgomp.so.1 libnss_files.so.2 libnss_dns.so.2 libresolv.so.2 libfreetype.so.6; do
    for file in /lib/x86_64-linux-gnu/$library /usr/lib/x86_64-linux-gnu/$library; do
      if [ -e "$file" ]; then copy "$root" "$file"; fi
    done
  done
  printf 'root:x:0:0:root:/:/bin/bash\nsemantica:x:10001:10001::/:/bin/bash\n' >"$root/etc/passwd"
  printf 'root:x:0:\nsemantica:x:10001:\n' >"$root/etc/group"
  printf 'hosts: files dns\n' >"$root/etc/nsswitch.conf"
  tar -C "$root" -c . | docker import --change 'ENV JAVA_HOME=/opt/java' --change 'ENV LANG=C.UTF-8' \
    --change 'ENV PATH=/opt/java/bin:/usr/bin:/bin' - semantica-stand-in/java:17 >/dev/null
}

kafka_image() {
  mkdir -p "$work/kafka/etc/kafka/docker" "$work/kafka/opt/kafka/config" "$work/kafka/mnt/shared/config"
  mvn --batch-mode --quiet --no-transfer-progress -f "$here/kafka/pom.xml" dependency:copy-dependencies \
    -DoutputDirectory="$work/kafka/opt/kafka/libs"
  cp "$here"/kafka/{server.properties,log4j2.yaml,tools-log4j2.yaml} "$work/kafka/etc/kafka/docker/"
  cp "$here/kafka/run" "$work/kafka/etc/kafka/docker/run"
  chmod +x "$work/kafka/etc/kafka/docker/run"
  cat >"$work/kafka/Dockerfile" <<'DOCKERFILE'
FROM semantica-stand-in/java:17
COPY . /
RUN mkdir -p /var/lib/kafka/data && chmod -R 777 /var/lib/kafka /opt/kafka/config
USER 10001
CMD ["/etc/kafka/docker/run"]
DOCKERFILE
  docker build --quiet -t semantica-stand-in/kafka:4.3.1 "$work/kafka" >/dev/null
}

registry_image() {
  [ -d "$registry" ] || { echo "no Apicurio Registry in $registry; build integration-tests first" >&2; exit 1; }
  cat >"$work/registry.Dockerfile" <<'DOCKERFILE'
FROM semantica-stand-in/java:17
COPY . /opt/registry
USER 10001
ENV QUARKUS_HTTP_HOST=0.0.0.0
CMD ["/bin/bash", "-c", "cd /opt/registry && exec java -Xmx384m -jar apicurio-registry-app-*-runner.jar"]
DOCKERFILE
  docker build --quiet -t semantica-stand-in/registry:2.6 -f "$work/registry.Dockerfile" "$registry" >/dev/null
}

prometheus_image() {
  # Unpacked, not installed: the package would start a server.
  (cd "$work" && { apt-get download -qq prometheus || { apt-get update -qq && apt-get download -qq prometheus; }; } >/dev/null 2>&1)
  dpkg-deb -x "$work"/prometheus_*.deb "$work/package"
  cat >"$work/prometheus.Dockerfile" <<'DOCKERFILE'
FROM semantica-stand-in/java:17
COPY usr/bin /usr/bin
RUN mkdir -p /prometheus && chmod 777 /prometheus
USER 10001
ENTRYPOINT ["/usr/bin/prometheus"]
DOCKERFILE
  docker build --quiet -t semantica-stand-in/prometheus:2 -f "$work/prometheus.Dockerfile" "$work/package" >/dev/null
}

exists semantica-stand-in/java:17 || java_image
if [ "${1:-}" = java ]; then exit; fi
exists semantica-stand-in/kafka:4.3.1 || kafka_image
exists semantica-stand-in/registry:2.6 || registry_image
exists semantica-stand-in/prometheus:2 || prometheus_image
docker images 'semantica-stand-in/*' --format '{{.Repository}}:{{.Tag}} {{.Size}}'
