#!/bin/sh
# Starts SeaweedFS with one identity, written from the environment so that no key is kept in the repository.
set -eu
umask 077
identities=$(mktemp)
cat > "$identities" <<END
{
  "identities": [
    {
      "name": "entrepot",
      "credentials": [{ "accessKey": "${S3_ACCESS_KEY:?}", "secretKey": "${S3_SECRET_KEY:?}" }],
      "actions": ["Admin", "Read", "List", "Tagging", "Write"]
    }
  ]
}
END
# A bucket takes several volumes at once: with the default limits (8 of 30 GB) a small disk has none left for it. The
# name must outlive the container's address, since the master remembers its volume servers by it.
exec weed server -dir=/data -ip=s3 -ip.bind=0.0.0.0 \
  -master.volumeSizeLimitMB=1024 -volume.max=0 \
  -s3 -s3.port=8333 -s3.config="$identities"
