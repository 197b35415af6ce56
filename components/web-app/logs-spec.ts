import type * as pulumi from "@pulumi/pulumi";
import type { LogDestination } from "./logs.settings.ts";
import { location } from "./sealed.ts";
import type { ValueSources } from "./variables.ts";

/** A secret that the settings require; the component checks beforehand that all of them are there. */
function required(sources: ValueSources, place: string, name: string): pulumi.Input<string> {
  const value = sources.secret(place, name);
  if (value === undefined)
    throw new Error(`the secret ${name} is needed at ${place} but was not handed over`);
  return value;
}

/** Where a component's logs go, in the platform's words. */
export function logSpec(component: string, name: string, log: LogDestination, sources: ValueSources) {
  const place = location.log(component, name);
  switch (log.kind) {
    case "papertrail":
      return { name, papertrail: { endpoint: log.endpoint } };
    case "datadog":
      return {
        name,
        datadog: { endpoint: log.endpoint, apiKey: required(sources, place, log.apiKey.secret) },
      };
    case "logtail":
      return { name, logtail: { token: required(sources, place, log.token.secret) } };
    case "opensearch":
      return {
        name,
        openSearch: {
          endpoint: log.endpoint,
          clusterName: log.clusterName,
          indexName: log.index,
          basicAuth: {
            user: log.user,
            password: log.password && required(sources, place, log.password.secret),
          },
        },
      };
  }
}
