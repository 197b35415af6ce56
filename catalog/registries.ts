/**
 * The registries that App Platform takes images from.
 *
 * Source: docs.digitalocean.com, App Platform reference of the app spec (registry types, read 2026-11-21) and its limits
 * (images must be built for linux/amd64, read 2026-11-21); the OCI distribution specification 1.1, section "Pull", for
 * manifests and their digests.
 */
export const registries = {
  ghcr: { type: "GHCR", host: "ghcr.io", api: "ghcr.io" },
  docr: { type: "DOCR", host: "registry.digitalocean.com", api: "registry.digitalocean.com" },
  dockerHub: { type: "DOCKER_HUB", host: "docker.io", api: "registry-1.docker.io" },
} as const;

/** What App Platform runs: an image for other machines only is pulled and then fails. */
export const imagePlatform = "linux/amd64";
