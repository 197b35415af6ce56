/**
 * Words of the app spec's `environment_slug`: the kind of source that a build starts from.
 *
 * Source: DigitalOcean, "App Platform Buildpack References" and the examples of its API description of 2026-08-07,
 * read 2026-11-21.
 */
export const buildpacks = [
  "bun",
  "deno",
  "dotnet",
  "elixir",
  "go",
  "html",
  "hugo",
  "node-js",
  "php",
  "python",
  "ruby",
  "ruby-on-rails",
  "rust",
] as const;
