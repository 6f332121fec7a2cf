#!/usr/bin/env bash
# Makes Confluent's serializers and Connect converter resolvable where only Maven Central can be reached. Does nothing
# where the jars are in the local repository already, or where Confluent's own repository answers.
set -euo pipefail
version=7.9.2
here=$(cd "$(dirname "$0")" && pwd)
repository=${MAVEN_LOCAL_REPOSITORY:-$HOME/.m2/repository}
for artifact in kafka-avro-serializer kafka-schema-serializer kafka-schema-registry-client common-utils \
  kafka-schema-converter kafka-connect-avro-data kafka-connect-avro-converter; do
  [ -f "$repository/io/confluent/$artifact/$version/$artifact-$version.jar" ] || missing=1
done
[ -n "${missing:-}" ] || exit 0
probe=https://packages.confluent.io/maven/io/confluent/kafka-avro-serializer/$version/kafka-avro-serializer-$version.pom
if command -v curl >/dev/null && curl --silent --fail --head --location --max-time 5 --output /dev/null "$probe"; then
  exit 0
fi
echo "Confluent's Maven repository does not answer; taking its client from Maven Central (174 MB, once)." >&2
exec mvn --batch-mode --quiet -Dmaven.repo.local="$repository" -f "$here/pom.xml" initialize
