import { parseSettings } from "../../components/internal/settings.ts";
import type { SpecSources } from "../../components/web-app/component-spec.ts";
import { WebAppSettings } from "../../components/web-app.settings.ts";

export const place = { appName: "acme-test", region: "nyc" };

/** An image digest of one letter. */
export const digest = (letter: string) => `sha256:${letter.repeat(64)}`;

/** Sources whose values tell what was asked for; the secret called "missing" is not there. */
export const sources = (release: SpecSources["release"] = { images: {} }): SpecSources => ({
  repository: "acme/site",
  release,
  secret: (at, name) => (name === "missing" ? undefined : `${at}=${name}`),
  databaseUrl: (database) => `url of ${database}`,
  destinations: ({ emails, slack }) => ({
    emails,
    slackWebhooks: slack.map(({ channel, secret }) => ({ channel, url: `url of ${secret}` })),
  }),
});

/** The settings of an app, checked and complete. */
export const parsed = (input: unknown) => parseSettings(WebAppSettings, input, "app");
