import providerMessages from "@pulumi/pulumi/proto/provider_pb.js";
import { nearest } from "./check.ts";
import type { ProviderSchema } from "./schema.ts";
import { unwrap } from "./values.ts";

/** Keys that the engine adds to every provider's configuration. */
const engineKeys = ["version", "pluginDownloadURL"];

/** Refuses settings that the published provider does not know. */
export function checkConfiguration(schema: ProviderSchema, request: providerMessages.CheckRequest) {
  const response = new providerMessages.CheckResponse();
  response.setInputs(request.getNews());
  for (const key of Object.keys(unwrap(request.getNews()).properties)) {
    if (key in schema.config || engineKeys.includes(key) || key.startsWith("__")) continue;
    const near = nearest(key, Object.keys(schema.config));
    const failure = new providerMessages.CheckFailure();
    failure.setProperty(key);
    failure.setReason(
      `must be left out: ${schema.name} has no such setting${near === undefined ? "" : `, did you mean ${near}?`}`,
    );
    response.addFailures(failure);
  }
  return response;
}

/** A changed setting changes the provider in place: no setting of these providers belongs to what they made. */
export function diffConfiguration(request: providerMessages.DiffRequest) {
  const { DiffResponse } = providerMessages;
  const olds = unwrap(request.getOlds()).properties;
  const news = unwrap(request.getNews()).properties;
  const keys = new Set([...Object.keys(olds), ...Object.keys(news)]);
  const changed = [...keys].filter((key) => JSON.stringify(olds[key]) !== JSON.stringify(news[key]));
  const response = new DiffResponse();
  response.setDiffsList(changed);
  response.setChanges(
    changed.length > 0 ? DiffResponse.DiffChanges.DIFF_SOME : DiffResponse.DiffChanges.DIFF_NONE,
  );
  return response;
}
